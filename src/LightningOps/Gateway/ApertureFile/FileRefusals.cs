using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Planning;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// What would be wrong with a file after a roll-out: the services it brings must be such that Aperture starts; what is
/// wrong elsewhere was so before, and is said without keeping a rule from being closed.
/// </summary>
internal static class FileRefusals
{
    private const int MaxListed = 20;

    public static IReadOnlyList<Diagnostic> GetRefusals(FileMerge merge, GatewayRollout rollout)
    {
        if (RolloutRefusals.ForAperture(rollout) is { } refusal)
        {
            return new[] { refusal };
        }

        try
        {
            return ApertureConfigCheck.Check(merge.Result.Bytes).Diagnostics
                .Where(found => found.Severity == DiagnosticSeverity.Error)
                .Take(MaxListed)
                .Select(Diagnose)
                .Concat(merge.GetConflicts())
                .ToArray();
        }
        catch (Exception e) when (e is ApertureConfigFormatException or ArgumentException)
        {
            return new[] { RolloutRefusals.Create("file_not_spliceable", e.Message) };
        }
    }

    private static Diagnostic Diagnose(ApertureConfigDiagnostic found) => new()
    {
        Code = found.Code,
        Severity = found.Path.StartsWith("services", StringComparison.Ordinal) ? DiagnosticSeverity.Error : DiagnosticSeverity.Warn,
        Message = "Line " + found.Line.ToString(CultureInfo.InvariantCulture) + (found.Path.Length == 0 ? string.Empty : ", " + found.Path) + ": " + found.Message,
    };
}
