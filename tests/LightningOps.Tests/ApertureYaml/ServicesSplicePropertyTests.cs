using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using CsCheck;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>Files put together from pieces a person would write, with the services anywhere among them.</summary>
public sealed class ServicesSplicePropertyTests
{
    private const string Artifact = "# Generated.\nservices:\n  - name: new\n    hostregexp: '^a$'\n  - name: other\n";

    private static readonly Gen<string> Settings = Pick(
        "listenaddr: \"localhost:8081\"\n",
        "debuglevel: debug   # all of it\n",
        "authenticator:\n  network: mainnet\n\n  lndhost: 'x: y'\n",
        "blocklist:\n- 1.1.1.1\n# one more\n- 1.0.0.1\n",
        "blocklist: [1.1.1.1,\n  1.0.0.1]\n",
        "staticroot: |\n  services:\n    - name: not this one\n\n",
        "servername: >-\n    folded\n    text\n",
        "tor: {control: \"services: []\", services: [1]}\n",
        "\"quoted key\": 'multi\n\n  line'\n",
        "empty:\n",
        "nested:\n  services:\n    - name: inner\n",
        "? complex\n: value\n",
        "plain: several\n  lines of text\n");

    private static readonly Gen<string> Between = Pick("", "", "\n", "# a comment\n", "\n\n# services:\n\n", "#- name: x\n");

    private static readonly Gen<string> Services = Pick(
        "services: []\n",
        "services:\n",
        "services: ~ # none\n",
        "services: [{name: x}, {name: \"}]\"}]\n",
        "services: [\n{name: x}\n]\n",
        "services:\n- name: x\n# inside\n- name: y\n",
        "services:\n  # first\n  - name: x\n    hostregexp: '^x # not a comment$'\n\n  - name: y\n  # last\n",
        "services:\n    - name: |\n        literal\n        # text\n",
        "services:\n    - name: |+\n        keep\n",
        "services:\n  - &a\n    name: x\n  - *a\n",
        "services:\n  -\n  - name:\n",
        "services: !!seq\n  - name: \"two\n\n      lines\"\n",
        "'services':\n  - [a, b: c]\n",
        "? services\n: - name: x\n");

    private static readonly Gen<(string Before, string Services, string After)> Files =
        Gen.Select(
            Gen.Select(Between, Settings).Array[0, 4],
            Gen.OneOf(Services, Gen.Const(string.Empty)),
            Gen.Select(Between, Settings).Array[0, 4],
            Between,
            Gen.Bool,
            Pick("", "---\n", "%YAML 1.2\n---\n"),
            (before, services, after, tail, isCrLf, head) =>
            {
                string Text(IEnumerable<(string, string)> pieces) => string.Concat(pieces.Select(piece => piece.Item1 + piece.Item2));
                string Ended(string text) => isCrLf ? text.Replace("\n", "\r\n") : text;
                var used = new HashSet<string>();
                var unique = before.Where(piece => used.Add(GetKey(piece.Item2))).ToArray();
                var rest = after.Where(piece => used.Add(GetKey(piece.Item2))).ToArray();
                return (Ended(head + Text(unique)), Ended(services), Ended(Text(rest) + tail));
            });

    [Fact]
    public void Every_setting_but_the_services_means_the_same_and_every_byte_around_them_stays()
    {
        Files.Sample(file =>
        {
            var (before, services, after) = file;
            var spliced = ServicesSplice.Replace(before + services + after, Artifact);

            Assert.Equal(Meaning(before + services + after), Meaning(spliced));
            Assert.StartsWith(before, spliced, StringComparison.Ordinal);
            Assert.EndsWith(services.Length == 0 ? Block(spliced) : after, spliced, StringComparison.Ordinal);
            Assert.Equal(before.Length + Block(before + services + after).Length + after.Length, spliced.Length);
        }, iter: 1_500);
    }

    [Fact]
    public void Random_text_is_spliced_or_refused_but_never_breaks()
    {
        var fragments = Pick("services", ":", " ", "\n", "- ", "[", "]", "{", "}", "&a ", "*a", "'", "\"", "#", "|", ">", "? ", "---\n", "...\n", "%", "!", "\t", "\r\n", "a", "\u0085", "\u2028", "\ufeff", "\0", "\\", ",", "<<", "\ud800");
        fragments.Array[0, 24].Select(parts => string.Concat(parts)).Sample(text =>
        {
            try
            {
                var spliced = ServicesSplice.Replace(text, Artifact);
                Assert.Contains("name: new", spliced, StringComparison.Ordinal);
                Assert.Equal(spliced, ServicesSplice.Replace(spliced, Artifact));
            }
            catch (ApertureConfigFormatException refusal)
            {
                Assert.True(refusal.Line >= 1 && refusal.Column >= 1);
            }
        }, iter: 20_000);
    }

    private static string Block(string file) =>
        Artifact[Artifact.IndexOf("services:", StringComparison.Ordinal)..].Replace("\n", file.Contains("\r\n") ? "\r\n" : "\n");

    private static Gen<string> Pick(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static string GetKey(string setting) => setting.Split(':', '\n')[0];

    /// <summary>The file's settings without services, with the artifact's services where the file is spliced.</summary>
    private static string Meaning(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml.TrimStart('\ufeff')));
        var text = new StringBuilder();
        if (stream.Documents.Count > 0 && stream.Documents[0].RootNode is YamlMappingNode root)
        {
            foreach (var entry in root.Children.Where(child => (child.Key as YamlScalarNode)?.Value != "services"))
            {
                text.Append(entry.Key).Append(" = ").Append(entry.Value).Append('\n');
            }
        }

        return text.ToString();
    }
}
