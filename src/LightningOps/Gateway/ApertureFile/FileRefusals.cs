using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Planning;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// What would be wrong with a file after a roll-out: the services it brings must be such that Aperture starts; what is
/// wrong elsewhere, or in services of others, was so before, and is said without keeping a rule from being closed.
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
            return Check(merge).Diagnostics
                .Where(found => found.Severity == DiagnosticSeverity.Error)
                .Take(MaxListed)
                .Select(found => Diagnose(found, merge))
                .Concat(merge.GetConflicts())
                .ToArray();
        }
        catch (Exception e) when (e is ApertureConfigFormatException or ArgumentException)
        {
            return new[] { RolloutRefusals.Create("file_not_spliceable", e.Message) };
        }
    }

    /// <summary>Checks the result while it is read back for the roll-out: each takes its time over 10,000 services.</summary>
    private static ApertureConfigReport Check(FileMerge merge)
    {
        var bytes = merge.ResultBytes;
        ApertureConfigReport? report = null;
        ExceptionDispatchInfo? failure = null;
        Parallel.Invoke(
            () => report = ApertureConfigCheck.CheckForErrors(bytes),
            () =>
            {
                try
                {
                    _ = merge.Result;
                }
                catch (Exception e) when (e is ApertureConfigFormatException or ArgumentException)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
            });
        failure?.Throw();
        return report!;
    }

    private static bool IsInOther(string path, FileMerge merge)
    {
        var start = path.IndexOf('[') + 1;
        var end = path.IndexOf(']');
        return start > 0 && end > start && int.TryParse(path.Substring(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out var place) && merge.IsOther(place);
    }

    private static Diagnostic Diagnose(ApertureConfigDiagnostic found, FileMerge merge) => new()
    {
        Code = found.Code,
        Severity = found.Path.StartsWith("services", StringComparison.Ordinal) && !IsInOther(found.Path, merge) ? DiagnosticSeverity.Error : DiagnosticSeverity.Warn,
        Message = "Line " + found.Line.ToString(CultureInfo.InvariantCulture) + (found.Path.Length == 0 ? string.Empty : ", " + found.Path) + ": " + found.Message,
    };
}
