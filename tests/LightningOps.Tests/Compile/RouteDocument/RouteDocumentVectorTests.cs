using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using LightningOps.Compile;
using LightningOps.Json;
using LightningOps.Paywalls;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace LightningOps.Tests.Compile.RouteDocument;

/// <summary>The 300 recorded compiles of the older service.</summary>
public sealed class RouteDocumentVectorTests
{
    public static TheoryData<string> Cases() => new(Recorded().Select(line => line.GetProperty("case").GetString()!));

    [Fact]
    public void Three_hundred_cases_are_recorded() => Assert.Equal(300, Recorded().Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Recorded_case_compiles_as_recorded(string name)
    {
        var recorded = Recorded().Single(line => line.GetProperty("case").GetString() == name);
        var expected = recorded.GetProperty("expected");
        var paywalls = PaywallSnapshot.Read(Encoding.UTF8.GetBytes(recorded.GetProperty("paywalls").GetRawText()), name);

        var result = PaywallCompiler.Compile(paywalls, new CompileOptions { Format = ArtifactFormat.RouteDocument });

        Assert.Equal(recorded.GetProperty("snapshotHash").GetString(), result.SnapshotHash);
        Assert.Equal(expected.GetProperty("valid").GetBoolean(), result.Valid);
        if (result.Valid)
        {
            AssertArtifact(expected, result);
        }
        else
        {
            Assert.Equal(Compact(expected.GetProperty("diagnostics")), ArtifactJson.Serialize(result.Diagnostics));
            Assert.Equal(result.SnapshotHash, result.ConfigHash);
            Assert.True(result.Artifact.IsEmpty);
        }
    }

    private static void AssertArtifact(JsonElement expected, CompileResult result)
    {
        Assert.Equal(expected.GetProperty("ruleIds").EnumerateArray().Select(id => id.GetString()), result.Rules.Select(rule => rule.RuleId));
        Assert.Equal(expected.GetProperty("ruleCount").GetInt32(), result.RuleCount);
        if (expected.GetProperty("yamlRoundTrips").GetBoolean())
        {
            Assert.Equal(expected.GetProperty("apertureYaml").GetString(), result.ApertureYaml);
            Assert.Equal(expected.GetProperty("configHash").GetString(), result.ConfigHash);
        }
        else
        {
            Assert.NotEqual(expected.GetProperty("apertureYaml").GetString(), result.ApertureYaml);
        }

        AssertParsesBack(result);
    }

    private static void AssertParsesBack(CompileResult result)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(result.ApertureYaml!));
        var routes = (YamlSequenceNode)stream.Documents[0].RootNode["routes"];
        Assert.Equal(result.Rules.Count, routes.Children.Count);
        foreach (var (node, rule) in routes.Zip(result.Rules))
        {
            Assert.Equal(rule.RuleId, Text(node["id"]));
            Assert.Equal(rule.Host, Text(node["match"]["host"]));
            Assert.Equal(rule.Path, Text(node["match"]["path"]));
            Assert.Equal(rule.UpstreamUrl, Text(node["upstream"]["url"]));
            Assert.Equal(rule.PaywallId, Text(node["auth"]["paywall_id"]));
            Assert.Equal(rule.AmountMsats.ToString(), Text(node["pricing"]["amount_msats"]));
        }
    }

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    private static string Compact(JsonElement element) =>
        JsonSerializer.Serialize(element, new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static List<JsonElement> Recorded() => RecordedLines.Value;

    private static readonly Lazy<List<JsonElement>> RecordedLines = new(() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Vectors", "compile.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToList());
}
