using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using CsCheck;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Check;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>
/// The reader against goccy/go-yaml v1.15.23, the YAML reader of Aperture, on hand-written and generated texts
/// (Vectors/aperture/yaml-decodings.jsonl): whether it refuses a text, and the value of every member.
/// </summary>
public class YamlDecodingTests
{
    private static readonly JsonElement[] Decodings =
        File.ReadLines(Vectors.GetPath("aperture/yaml-decodings.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).ToArray();

    [Fact]
    public void Each_text_is_refused_or_read_as_the_YAML_reader_of_Aperture_does()
    {
        var differences = Decodings
            .Select(static row => (Yaml: row.GetProperty("yaml").GetString()!, Expected: DescribeRecorded(row)))
            .Select(static row => (row.Yaml, row.Expected, Read: Read(row.Yaml)))
            .Where(static row => row.Expected != row.Read)
            .Select(static row => JsonSerializer.Serialize(row.Yaml) + ": Aperture's reader: " + row.Expected + "; ours: " + row.Read);

        Assert.Empty(differences);
        Assert.True(Decodings.Length > 1_000);
    }

    [Fact]
    public void What_is_rendered_is_read_as_the_same_text()
    {
        var characters = Gen.Char["ab1.:-#'\"\\\t \n\r\u0085\u2028\u00e9[]{},&*!|>%@`?~=^$\ufeff\u007f"];
        Gen.Select(Gen.String[characters, 1, 12], Gen.OneOf(new[] { "true", "0x10", "1_000", "1e3", "~", "null", ".inf", "<<", "---", "...", "a: b", "- a", "09", "2001-01-01", "\ud83d\ude00", "" }.Select(Gen.Const).ToArray())).Sample(
            (random, word) =>
            {
                foreach (var text in new[] { random, word, word + random, random + word })
                {
                    var settings = ConfigReader.Read("services:\n  - name: " + YamlScalar.Format(text) + "\n    address: " + YamlScalar.Quoted(text) + "\n    price: 5\n", new ConfigFindings())!;
                    var service = Assert.Single(settings.Sections("services"))!;
                    Assert.Equal(new[] { text, text, "5" }, new[] { service.Text("name"), service.Text("address"), service.Number("price").ToString(CultureInfo.InvariantCulture) });
                }
            },
            iter: 4_000);
    }

    private static string DescribeRecorded(JsonElement row) =>
        row.TryGetProperty("values", out var values)
            ? string.Join(" | ", values.EnumerateObject().OrderBy(static value => value.Name, StringComparer.Ordinal).Select(static value => value.Name + "=" + value.Value))
            : "refused";

    private static string Read(string yaml)
    {
        try
        {
            var findings = new ConfigFindings();
            var settings = ConfigReader.Read(yaml, findings);
            if (settings is null || !findings.ToReport().Starts)
            {
                return "refused";
            }

            var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
            Add(values, string.Empty, settings, ApertureSchema.Root);
            return string.Join(" | ", values.Select(static value => value.Key + "=" + value.Value));
        }
        catch (ApertureConfigFormatException)
        {
            return "refused";
        }
    }

    private static void Add(SortedDictionary<string, string> values, string path, Section section, SectionType type)
    {
        foreach (var (key, setting) in type.Keys)
        {
            Add(values, path.Length == 0 ? key : path + "." + key, key, section, setting);
        }
    }

    private static void Add(SortedDictionary<string, string> values, string path, string key, Section section, SettingType type)
    {
        switch (type.Kind)
        {
            case SettingKind.Flag when section.Flag(key):
                values[path] = "true";
                break;
            case SettingKind.Number or SettingKind.Duration when section.Number(key) is not 0 and var number:
                values[path] = number.ToString(CultureInfo.InvariantCulture);
                break;
            case SettingKind.TextMap:
                foreach (var item in section.Texts(key))
                {
                    values[path + "{" + item.Key + "}"] = "=" + item.Text;
                }

                break;
            case SettingKind.TextList:
                AddList(values, path, section.Texts(key).Select(static item => (object)item.Text).ToArray(), static (list, place, item) =>
                {
                    if (item is string { Length: > 0 } text)
                    {
                        list[place] = text;
                    }
                });
                break;
            case SettingKind.Section:
                Add(values, path, section.Child(key), type.Section!);
                break;
            case SettingKind.SectionList:
                AddList(values, path, section.Sections(key).Cast<object?>().ToArray(), (list, place, item) =>
                {
                    if (item is Section child)
                    {
                        Add(list, place, child, type.Section!);
                    }
                    else
                    {
                        list[place] = "null";
                    }
                });
                break;
            case SettingKind.Text or SettingKind.NamedText when section.Text(key) is { Length: > 0 } text:
                values[path] = text;
                break;
        }
    }

    private static void AddList(SortedDictionary<string, string> values, string path, object?[] items, Action<SortedDictionary<string, string>, string, object?> add)
    {
        if (items.Length > 0)
        {
            values[path + ".count"] = items.Length.ToString(CultureInfo.InvariantCulture);
        }

        for (var i = 0; i < items.Length; i++)
        {
            add(values, path + "[" + i.ToString(CultureInfo.InvariantCulture) + "]", items[i]);
        }
    }
}
