using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;
using LightningOps.Gateway.Planning;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Checks a file after a roll-out. Aperture must start with it: a restart would end what still sells, and the previous
/// file would not start either. Other faults outside of the new services existed before and are only reported. A pause
/// is never refused.
/// </summary>
internal static class FileRefusals
{
    private const int MaxListed = 20;

    /// <summary>The findings of a merge; an error refuses it.</summary>
    /// <param name="merge">The merge.</param>
    /// <param name="rollout">The roll-out.</param>
    /// <param name="restarts">Whether Aperture would start with the file; false if nothing is written.</param>
    public static IReadOnlyList<Diagnostic> GetRefusals(FileMerge merge, GatewayRollout rollout, bool restarts)
    {
        if (RolloutRefusals.ForAperture(rollout) is { } refusal)
        {
            return new[] { refusal };
        }

        try
        {
            var report = merge.Report ??= Check(merge, errorsOnly: rollout.IsPaused);
            var found = report.Diagnostics;
            var lines = new Lazy<FileLines>(() => merge.GetLines());
            var stops = restarts && !rollout.IsPaused ? report.FindStops() : [];
            return stops.Take(MaxListed).Select(one => Refuse(one, lines.Value))
                .Concat(found.Where(static one => one.Severity == DiagnosticSeverity.Error).Except(stops).Take(MaxListed).Select(one => Diagnose(one, merge, lines.Value)))
                .Concat(found.Where(static one => one.Severity != DiagnosticSeverity.Error && CostsMoney.Contains(one.Code)).Take(MaxListed).Select(one => Tell(one, lines.Value)))
                .Concat(merge.GetConflicts())
                .Concat(merge.FindLostComments() is { } lost ? [lost] : Array.Empty<Diagnostic>())
                .ToArray();
        }
        catch (Exception e) when (e is ApertureConfigFormatException or ArgumentException)
        {
            return new[] { e is ApertureConfigFormatException fault ? RolloutRefusals.ForFile(fault) : RolloutRefusals.Create("file_not_spliceable", e.Message) };
        }
    }

    /// <summary>The comments that a later version of a file lacks; null for none.</summary>
    /// <param name="before">The current file.</param>
    /// <param name="after">The file as it is to be.</param>
    public static Diagnostic? FindLostComments(LiveFile before, LiveFile after) => LostComments.FindLines(before, after) is not { Count: > 0 } lines ? null : new Diagnostic
    {
        Code = LostComments.Code,
        Severity = DiagnosticSeverity.Warn,
        Message = (lines.Count == 1 ? "A comment in the services of the file is" : lines.Count.ToString(CultureInfo.InvariantCulture) + " comments in the services of the file are")
            + " lost, because the text there is written anew: line " + LostComments.FormatLines(lines)
            + ". Write a comment that is to stay above the key services. The file as it was is kept in its .versions folder",
    };

    /// <summary>Why Aperture does not start with a file; null if it does, or if that is not known.</summary>
    public static Diagnostic? FindStop(LiveFile file) => ApertureConfigCheck.CheckForErrors(file.Bytes).FindStops().Select(one => Refuse(one, new FileLines(file, file))).FirstOrDefault();

    /// <summary>
    /// Faults that sell at a wrong price, give away or lose although Aperture starts. They are reported in a plan and
    /// do not prevent a roll-out.
    /// </summary>
    private static readonly HashSet<string> CostsMoney = new(StringComparer.Ordinal)
    {
        "authscheme_refuses_offer", "charge_opens_dearer", "challenge_expires_before_invoice", "sessions_need_lnd", "invoices_unlimited",
        "credential_limit_lost", "timeout_ignored", "constraint_reserved", "admin_rows_win", "admin_needs_no_writetimeout",
        "freebie_out_of_range", "freebie_metered", "freebie_dynamicprice", "freebie_shared",
        "unreachable_service", "cheaper_service_first", "host_expression_misses", "host_port_left_out", "script_class_refused", "pattern_never_matches", "pattern_never_meant", "pattern_ends_in_line_break",
        "strictverify_off", "upstream_tls_unverified", "upstream_private", "certificate_file", "header_file", "header_environment", "sqlite_file_missing", "whitelist_escapable", "rewrite_prefix_escapable", "ratelimit_burst_negative", "ratelimit_shared", "expression_matches_all", "whitelist_matches_all", "skip_invoice_ignored", "option_name_as_key", "setting_without_effect", "skipmigrations", "header_host_ignored",
    };

    private static Diagnostic Tell(ApertureConfigDiagnostic found, FileLines lines) => new() { Code = found.Code, Severity = found.Severity, Message = lines.Format(found) };

    private static Diagnostic Refuse(ApertureConfigDiagnostic found, FileLines lines) =>
        RolloutRefusals.Create(found.Code, "Aperture does not start with the file, and a restart would end what it serves. " + lines.Format(found));

    /// <summary>
    /// Checks the result while it is read back for the roll-out, because both take long with 10,000 services. A pause
    /// checks for errors only.
    /// </summary>
    private static ApertureConfigReport Check(FileMerge merge, bool errorsOnly)
    {
        var bytes = merge.ResultBytes;
        ApertureConfigReport? report = null;
        ExceptionDispatchInfo? failure = null;
        Parallel.Invoke(
            () => report = errorsOnly ? ApertureConfigCheck.CheckForErrors(bytes) : ApertureConfigCheck.Check(bytes),
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

    private static Diagnostic Diagnose(ApertureConfigDiagnostic found, FileMerge merge, FileLines lines) => new()
    {
        Code = found.Code,
        Severity = found.Path.StartsWith("services", StringComparison.Ordinal) && !IsInOther(found.Path, merge) ? DiagnosticSeverity.Error : DiagnosticSeverity.Warn,
        Message = lines.Format(found),
    };
}
