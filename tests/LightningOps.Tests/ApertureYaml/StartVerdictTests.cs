using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using LightningOps.ApertureYaml;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>
/// Whether Aperture starts, by its own checks of settings (Vectors/aperture/start-verdicts.jsonl): addresses, log levels,
/// URLs, prices, words of auth, databases, sections behind aliases.
/// </summary>
public sealed class StartVerdictTests
{
    private static readonly JsonElement[] Rows =
        File.ReadLines(Vectors.GetPath("aperture/start-verdicts.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).ToArray();

    [Theory]
    [InlineData("v0.5.0", ApertureVersions.V050)]
    [InlineData("main", ApertureVersions.Main)]
    public void Each_file_starts_where_the_checks_of_Aperture_pass(string version, ApertureVersions versions)
    {
        var differences = new List<string>();
        foreach (var row in Rows)
        {
            var report = ApertureConfigCheck.Check(row.GetProperty("yaml").GetString()!, versions);
            var verdict = report.Starts ? HasWarningAboutMachine(report) ? "machine" : "starts" : "stops";
            var expected = row.GetProperty(version).GetString()!;

            // A file that needs something of the machine may be warned of more than the one thing that decides.
            if (verdict != expected && !(verdict == "machine" && expected == "starts"))
            {
                differences.Add(verdict + ", Aperture " + expected + ": " + row.GetProperty("yaml"));
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
        Assert.True(Rows.Length > 500);
        Assert.True(Rows.Select(row => row.GetProperty(version).GetString()).Distinct().Count() == 3);
    }

    private static bool HasWarningAboutMachine(ApertureConfigReport report) =>
        report.Diagnostics.Any(static found => found.Severity == DiagnosticSeverity.Warn && found.Message.Contains("where Aperture runs", System.StringComparison.Ordinal));
}
