using System.Collections.Generic;
using LightningOps.Artifacts.Reports;

namespace LightningOps.Reconcile;

/// <summary>A comparison as a report: in drift is not ok, so that a CI sees it.</summary>
internal static class DriftReport
{
    private const string Served = "The gateway serves what is wanted";

    public static RunReport Of(DriftResult drift) => new()
    {
        Title = "Drift of " + drift.Gateway,
        Ok = drift.Status == DriftStatus.InSync,
        Outcome = drift.Status switch
        {
            DriftStatus.InSync => "The gateway serves what is wanted.",
            DriftStatus.InDrift => "The gateway serves something else than what is wanted.",
            _ when drift.IsOnlyWritten => "File only, gateway not asked: the desired configuration is written; whether the gateway has loaded it is not known.",
            _ when drift.Valid => "It cannot be told: the gateway cannot carry the configuration.",
            _ => "It cannot be told: the paywalls do not compile.",
        },
        Facts =
        [
            new("Gateway", drift.Gateway),
            new("Configuration hash", drift.ConfigHash.Value),
            new("Configuration hash served", drift.ServedConfigHash?.Value),
            new("Changes", drift.Plan?.Summary),
            new("To be closed", drift.ClosingPlan?.Summary),
        ],
        Checks =
        [
            ReportCheck.Made("The paywalls compile", drift.Valid),
            drift.Plan is { } plan ? ReportCheck.Made("The gateway can carry the configuration", !plan.IsRefused) : ReportCheck.NotMade("The gateway can carry the configuration", "the paywalls do not compile"),
            drift.Status == DriftStatus.Undetermined ? ReportCheck.NotMade(Served, "it cannot be told") : ReportCheck.Made(Served, !drift.InDrift, drift.InDrift ? drift.Plan?.Summary : null),
        ],
        Failures = [.. FailuresOf(drift)],
        Warnings =
        [
            .. drift.ClosingPlan is null ? System.Array.Empty<string>() : ["What a pause or kill switch denies is open: " + drift.ClosingPlan.Summary],
            .. DiagnosticFailures.WarningsOf(drift.Plan?.Diagnostics ?? []),
            .. DiagnosticFailures.WarningsOf(drift.Diagnostics),
        ],
        Summary = drift,
    };

    private static IEnumerable<ReportFailure> FailuresOf(DriftResult drift) =>
    [
        .. drift.InDrift ? new[] { new ReportFailure("in_drift", drift.Plan?.Summary) { Remedy = "Sync-ApertureConfig rolls out what is wanted." } } : [],
        .. DiagnosticFailures.ErrorsOf(drift.Diagnostics, DiagnosticFailures.CompileRemedy),
        .. DiagnosticFailures.ErrorsOf(drift.Plan?.Diagnostics ?? [], DiagnosticFailures.PlanRemedy),
    ];
}
