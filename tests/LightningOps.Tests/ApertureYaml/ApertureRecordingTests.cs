using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Check;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>
/// The check and the reader against what Aperture v0.5.0 and the main branch were recorded to do with a file
/// (Vectors/aperture/config-verdicts.jsonl, yaml-readings.jsonl).
/// </summary>
public class ApertureRecordingTests
{
    private static readonly JsonElement[] Verdicts = Load("config-verdicts");
    private static readonly JsonElement[] Readings = Load("yaml-readings");

    private const string MachineDependent = "depends on a file, a directory or a variable of the machine Aperture runs on; the check warns or informs that it must hold there";
    private const string OtherVersion = "v0.5.0 does not know the key, and the reader has one schema for both versions; what follows from it is told apart in the verdict";

    /// <summary>Rows that may differ, by id or by id and version, each with its reason.</summary>
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["flagname-sqlite-dbfile"] = "the default directory of the account was absent; elsewhere Aperture starts, with a database other than the one written",
        ["flagname-sqlite-dbfile-bad-dir"] = "the default directory of the account was absent; elsewhere Aperture starts, with a database other than the one written",
        ["headers-file-hex-missing"] = MachineDependent,
        ["headers-env-unset HEAD"] = MachineDependent,
        ["tlscert-missing"] = MachineDependent,
        ["lnd-macdir-missing"] = MachineDependent,
        ["dynprice-metered v0.5.0"] = OtherVersion,
        ["dynprice-usagetail-neg v0.5.0"] = OtherVersion,
        ["freebie-metered v0.5.0"] = OtherVersion,
        ["wavelength-and-lnd v0.5.0"] = OtherVersion,
        ["nul-byte"] = "Aperture reads a NUL as any character; a file that has one is binary, UTF-16 or damaged, and is refused",
        ["very-long-line"] = "the recording shortens the value",
        ["empty-file"] = "the recording shows Aperture's default, which the file does not set",
        ["address-self"] = "the recording replaced the port in one place only",
    };

    [Fact]
    public void Each_recorded_file_starts_or_not_as_the_check_says_and_is_read_as_Aperture_reads_it()
    {
        var differences = Verdicts
            .Where(static row => !IsException(row.GetProperty("id").GetString()!, row.GetProperty("version").GetString()!))
            .Select(static row => (Row: row.GetProperty("id") + " " + row.GetProperty("version"), Difference: FindVerdictDifference(row)))
            .Where(static found => found.Difference is not null)
            .Select(static found => found.Row + ": " + found.Difference);

        Assert.Empty(differences);
        Assert.Equal(562, Verdicts.Length);
    }

    [Fact]
    public void Each_recorded_reading_has_the_services_and_settings_Aperture_reads()
    {
        var differences = Readings
            .Where(static row => !IsException(row.GetProperty("case").GetString()!, string.Empty))
            .Select(static row => (Row: row.GetProperty("case").GetString(), Difference: FindReadingDifference(row)))
            .Where(static found => found.Difference is not null)
            .Select(static found => found.Row + ": " + found.Difference);

        Assert.Empty(differences);
        Assert.Equal(83, Readings.Length);
    }

    [Fact]
    public void Each_exception_is_still_one()
    {
        var differing = Verdicts.Where(static row => FindVerdictDifference(row) is not null)
            .SelectMany(static row => new[] { row.GetProperty("id").GetString()!, row.GetProperty("id") + " " + row.GetProperty("version") })
            .Concat(Readings.Where(static row => FindReadingDifference(row) is not null).Select(static row => row.GetProperty("case").GetString()!))
            .ToHashSet(StringComparer.Ordinal);

        Assert.Empty(Exceptions.Keys.Where(id => !differing.Contains(id)));
    }

    [Fact]
    public void What_depends_on_the_machine_is_a_warning_that_says_so()
    {
        var rows = Verdicts.Where(static row => FindVerdictDifference(row)?.StartsWith("starts: True", StringComparison.Ordinal) == true && row.GetProperty("id").GetString() is not ("wavelength-and-lnd" or "dynprice-metered" or "dynprice-usagetail-neg")).ToArray();

        Assert.Equal(["flagname-sqlite-dbfile", "flagname-sqlite-dbfile-bad-dir", "headers-env-unset", "headers-file-hex-missing", "lnd-macdir-missing", "tlscert-missing"], rows.Select(static row => row.GetProperty("id").GetString()!).Distinct().Order(StringComparer.Ordinal));
        Assert.All(rows, static row => Assert.Contains(
            ApertureConfigCheck.Check(Bytes(row)).Diagnostics,
            static found => found.Severity == DiagnosticSeverity.Warn && found.Message.Contains("where Aperture runs", StringComparison.Ordinal)));
    }

    private static bool IsException(string id, string version) => Exceptions.ContainsKey(id) || Exceptions.ContainsKey(id + " " + version);

    private static string? FindVerdictDifference(JsonElement row)
    {
        var version = row.GetProperty("version").GetString() == "HEAD" ? ApertureVersions.Main : ApertureVersions.V050;
        var bytes = Bytes(row);
        var report = ApertureConfigCheck.Check(bytes, version);
        if (report.Starts != row.GetProperty("starts").GetBoolean())
        {
            return "starts: " + report.Starts + "; Aperture: " + (row.TryGetProperty("error", out var error) ? error.GetString() : "listens") + "; check: " + string.Join("; ", report.Diagnostics);
        }

        // After a start that ended in a panic, the values read so far are not known.
        return row.TryGetProperty("parsedAs", out var parsed) && parsed.ValueKind == JsonValueKind.Object && !parsed.TryGetProperty("panic", out _)
            ? FindSectionDifference(parsed, ConfigReader.Read(Encoding.UTF8.GetString(bytes), new ConfigFindings()), ApertureSchema.Root)
            : null;
    }

    private static string? FindReadingDifference(JsonElement row)
    {
        try
        {
            return FindReadingDifference(row, row.GetProperty("yaml").GetString()!);
        }
        catch (ApertureConfigFormatException exception)
        {
            return "not read: " + exception.Message;
        }
    }

    private static string? FindReadingDifference(JsonElement row, string yaml)
    {
        if (row.TryGetProperty("error", out var error))
        {
            return ApertureConfigCheck.Check(yaml).Starts ? "starts; Aperture: " + error.GetString() : null;
        }

        var settings = ConfigReader.Read(yaml, new ConfigFindings())!;
        var services = settings.Sections("services").Select(static service => service is null ? "null" : Describe(service));
        var expected = row.GetProperty("services") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(Describe) : [];
        var top = row.GetProperty("top");
        return FindDifference("services", string.Join(" / ", expected), string.Join(" / ", services))
            ?? FindDifference("top", Describe(top), DescribeTop(settings));
    }

    private static byte[] Bytes(JsonElement row) => row.TryGetProperty("yamlBase64", out var encoded)
        ? Convert.FromBase64String(encoded.GetString()!)
        : Encoding.UTF8.GetBytes(row.GetProperty("yaml").GetString()!);

    private static JsonElement[] Load(string name) =>
        File.ReadLines(Vectors.GetPath("aperture/" + name + ".jsonl")).Select(static line => JsonDocument.Parse(line.Replace("{{PORT}}", "8081").Replace("{{DIR}}", "/d").Replace("{{LND}}", "/lnd")).RootElement).ToArray();

    private static string Describe(JsonElement service) => service.ValueKind == JsonValueKind.Null ? "null" : string.Join(
        "|",
        service.EnumerateObject().Select(static member => member.Name + "=" + member.Value.ValueKind switch
        {
            JsonValueKind.Null => string.Empty,
            JsonValueKind.Object => string.Join(",", member.Value.EnumerateObject().OrderBy(static item => item.Name, StringComparer.Ordinal).Select(static item => item.Name + ":" + item.Value)),
            JsonValueKind.Array => string.Join(",", member.Value.EnumerateArray()),
            _ => member.Value.ToString(),
        }));

    private static string Describe(Section service) =>
        $"name={service.Text("name")}|host={service.Text("hostregexp")}|path={service.Text("pathregexp")}|addr={service.Text("address")}|proto={service.Text("protocol")}"
        + $"|auth={service.Text("auth")}|price={service.Number("price")}|timeout={service.Number("timeout")}|headers={Pairs(service, "headers")}|cons={Pairs(service, "constraints")}"
        + $"|wl={string.Join(",", service.Texts("authwhitelistpaths").Select(static item => item.Text))}";

    private static string DescribeTop(Section root) =>
        $"listen={root.Text("listenaddr")}|insecure={root.Flag("insecure")}|db={root.Text("dbbackend", "etcd")}|debug={root.Text("debuglevel")}|net={root.Child("authenticator").Text("network")}"
        + $"|lnd={root.Child("authenticator").Text("lndhost")}|disable={root.Child("authenticator").Flag("disable")}|write={Duration(root.Duration("writetimeout", 30_000_000_000))}|profile={root.Number("profile")}|batch={root.Number("invoicebatchsize", 100_000)}";

    /// <summary>As Go prints a duration.</summary>
    private static string Duration(long nanoseconds) => nanoseconds switch
    {
        0 => "0s",
        < 1_000_000 => nanoseconds / 1_000 + "us",
        < 1_000_000_000 => nanoseconds / 1_000_000 + "ms",
        < 60_000_000_000 => nanoseconds / 1_000_000_000m + "s",
        < 3_600_000_000_000 => nanoseconds / 60_000_000_000 + "m" + nanoseconds % 60_000_000_000 / 1_000_000_000 + "s",
        _ => nanoseconds / 3_600_000_000_000 + "h" + nanoseconds % 3_600_000_000_000 / 60_000_000_000 + "m" + nanoseconds % 60_000_000_000 / 1_000_000_000 + "s",
    };

    private static string Pairs(Section service, string key, Func<TextItem, bool>? filter = null) =>
        string.Join(",", service.Texts(key).Where(item => filter is null || filter(item)).OrderBy(static item => item.Key, StringComparer.Ordinal).Select(static item => item.Key + ":" + item.Text));

    /// <summary>Compares what the recording holds (zero members left out) with what was read, member by member.</summary>
    private static string? FindSectionDifference(JsonElement expected, Section? section, SectionType type)
    {
        if (section is null)
        {
            return "not read";
        }

        if (expected.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var members = expected.EnumerateObject().ToDictionary(static member => member.Name.ToLowerInvariant(), static member => member.Value);
        foreach (var (key, setting) in type.Keys)
        {
            var isRecorded = members.TryGetValue(key, out var value);
            if (!isRecorded && type == ApertureSchema.Root && key != "services")
            {
                continue;
            }

            if (FindSettingDifference(key, isRecorded ? value : default, section, setting) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    private static string? FindSettingDifference(string key, JsonElement expected, Section section, SettingType type)
    {
        switch (type.Kind)
        {
            case SettingKind.Flag:
                return FindDifference(key, expected.ValueKind == JsonValueKind.True ? "True" : "False", section.Flag(key).ToString());
            case SettingKind.Duration:
                var recordedText = expected.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? "0s" : expected.ToString();
                var nanoseconds = section.Duration(key);
                return recordedText == nanoseconds.ToString(System.Globalization.CultureInfo.InvariantCulture) ? null : FindDifference(key, recordedText.Replace("\u00b5", "u"), Duration(nanoseconds));
            case SettingKind.Number:
                return FindDifference(key, expected.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? "0" : expected.ToString(), section.Number(key).ToString(System.Globalization.CultureInfo.InvariantCulture));
            case SettingKind.TextList:
                return FindDifference(key, expected.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? string.Empty : string.Join("\n", expected.EnumerateArray()), string.Join("\n", section.Texts(key).Select(static item => item.Text)));
            case SettingKind.TextMap:
                // The recording leaves empty texts out.
                return FindDifference(key, expected.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? string.Empty : string.Join(",", expected.EnumerateObject().OrderBy(static item => item.Name, StringComparer.Ordinal).Select(static item => item.Name + ":" + item.Value)), Pairs(section, key, static item => item.Text.Length > 0));
            case SettingKind.Section:
                return expected.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : FindSectionDifference(expected, section.Child(key), type.Section!);
            case SettingKind.SectionList:
                var recorded = expected.ValueKind == JsonValueKind.Array ? expected.EnumerateArray().ToArray() : [];
                var read = section.Sections(key);
                return FindDifference(key + " count", recorded.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), read.Count.ToString(System.Globalization.CultureInfo.InvariantCulture))
                    ?? recorded.Select((item, i) => item.ValueKind == JsonValueKind.Null ? null : FindSectionDifference(item, read[i], type.Section!)).FirstOrDefault(static found => found is not null);
            default:
                return FindDifference(key, expected.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? string.Empty : expected.ToString(), section.Text(key));
        }
    }

    private static string? FindDifference(string what, string expected, string read) =>
        expected == read ? null : what + ": Aperture reads \"" + expected + "\", the reader \"" + read + "\"";
}
