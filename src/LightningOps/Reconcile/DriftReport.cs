using System.Collections.Generic;
using System.Linq;
using LightningOps.Artifacts.Reports;
using LightningOps.Compile;
using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>A comparison as a report. Drift is not ok, so that CI reports it.</summary>
internal static class DriftReport
{
    private const string Live = "The gateway serves the desired configuration";

    public static RunReport Create(DriftResult drift) => new()
    {
        Title = "Drift of " + drift.Gateway,
        Ok = drift.Status == DriftStatus.InSync,
        Outcome = GetOutcome(drift),
        Facts =
        [
            new("Gateway", drift.Gateway),
            new("Configuration hash", drift.ConfigHash),
            new("Live configuration hash", drift.ServedConfigHash),
            new("Configuration hash of the file, not known to be live", IsLiveKnown(drift) ? null : drift.WrittenConfigHash),
            new("Changes", drift.Plan?.Summary),
            new("Credentials sold before", drift.Plan?.HoldersSummary),
            new("To be closed", drift.ClosingPlan?.Summary),
            new("Journal head", drift.JournalHead?.ToString()),
        ],
        Timeline = drift.Stages.Select(ReconcileRecorder.ToEvent).ToArray(),
        Changes = drift.Source is { } source ? new PlanMask(source, withPrivateValues: false).Report(drift.Plan ?? drift.ClosingPlan) : [],
        Checks =
        [
            ReportCheck.Create("The paywalls compile", drift.Valid),
            drift.Plan is { } plan ? ReportCheck.Create("The gateway can carry the configuration", !plan.IsRefused) : ReportCheck.CreateSkipped("The gateway can carry the configuration", drift.Valid ? "the gateway cannot be read" : "the paywalls do not compile"),
            drift.Status == DriftStatus.Undetermined ? ReportCheck.CreateSkipped(Live, "drift unknown")
                : IsOnlyOfFile(drift) ? ReportCheck.CreateSkipped(Live, "not known; the file differs: " + drift.Plan?.Summary)
                : ReportCheck.Create(Live, !drift.InDrift, drift.InDrift ? drift.Answer ?? drift.Plan?.Summary : null),
        ],
        Failures = [.. GetFailures(drift)],
        Warnings =
        [
            .. drift.ClosingPlan is null ? System.Array.Empty<string>() : ["Services that a pause or kill switch denies are open" + (IsLiveKnown(drift) ? ": " : " in the written configuration; it is not known whether they are live: ") + drift.ClosingPlan.Summary],
            .. drift.LeftAlone.Count == 0 ? System.Array.Empty<string>() : ["A roll-out does not change " + DenyEnforcement.FormatNames(drift.LeftAlone.Select(static service => service.ToString()).ToArray()) + ", because no record says that this store made them. Who made them is not known."],
            .. DiagnosticFailures.GetWarnings(drift.Plan?.Diagnostics ?? []),
            .. DiagnosticFailures.GetWarnings(drift.Diagnostics),
        ],
        Summary = drift,
    };

    /// <summary>The result in one sentence.</summary>
    public static string GetOutcome(DriftResult drift) => drift.Status switch
    {
        DriftStatus.InSync => "The gateway serves the desired configuration.",
        DriftStatus.InDrift when drift.Answer is not null => "The gateway does not serve the desired configuration. Asked, it answers: " + drift.Answer + ".",
        DriftStatus.InDrift when IsOnlyOfFile(drift) => "The file differs from the desired configuration. It is not known what the gateway serves.",
        DriftStatus.InDrift => "The gateway does not serve the desired configuration.",
        _ when drift.GatewayFailure is { } unread => "Not known: the gateway cannot be read: " + unread.Reason,
        _ when drift.Answer is not null => "Drift unknown: the gateway did not answer (" + drift.Answer + ").",
        _ when drift.IsOnlyWritten && drift.WasAsked => "The desired configuration is written and the gateway answers as desired; whether it has loaded all of it is not known.",
        _ when drift.IsOnlyWritten => "File only, gateway not asked: the desired configuration is written; whether the gateway has loaded it is not known.",
        _ when drift.Valid => "Drift unknown: the gateway cannot carry the configuration.",
        _ when drift.Diagnostics.FirstOrDefault(static found => found.Severity == DiagnosticSeverity.Error)?.Code == "no_compilable_routes" => "Drift unknown: there is no paywall, and this control plane has not rolled out to the gateway. It keeps its services.",
        _ => "Drift unknown: the paywalls do not compile.",
    };

    private static bool IsLiveKnown(DriftResult drift) => drift.Evidence != LiveEvidence.NotKnown;

    /// <summary>Whether only the file was compared: nothing shows what the gateway serves.</summary>
    private static bool IsOnlyOfFile(DriftResult drift) => drift.InDrift && drift.Answer is null && !IsLiveKnown(drift);

    private static IEnumerable<ReportFailure> GetFailures(DriftResult drift) =>
    [
        .. drift.InDrift ? new[] { new ReportFailure("in_drift", drift.Answer ?? drift.Plan?.Summary) { Remedy = "Sync-ApertureConfig rolls out the desired configuration." } } : [],
        .. DiagnosticFailures.GetErrors(drift.Diagnostics, DiagnosticFailures.CompileRemedy),
        .. DiagnosticFailures.GetErrors(drift.Plan?.Diagnostics ?? [], DiagnosticFailures.PlanRemedy),
    ];
}
