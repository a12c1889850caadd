using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.Compile;

namespace LightningOps.Reconcile;

/// <summary>A reconcile as a report.</summary>
internal static class ReconcileReport
{
    private static readonly (ReconcileStage Stage, string Name)[] Checked =
    [
        (ReconcileStage.Compile, "The paywalls compile"),
        (ReconcileStage.Plan, "The gateway can carry the configuration"),
        (ReconcileStage.Health, "The gateway is up"),
        (ReconcileStage.Challenge, "The probe route requires payment"),
        (ReconcileStage.Proxy, "A paid request reaches its upstream"),
        (ReconcileStage.Record, "The outcome is recorded in the control plane"),
    ];

    public static RunReport Create(ReconcileResult result) => new()
    {
        Title = "Roll-out to " + result.Gateway,
        Ok = result.Ok,
        Outcome = GetOutcome(result),
        RequestId = result.RequestId,
        Facts = GetFacts(result),
        Timeline = result.Stages.Select(ReconcileRecorder.ToEvent).ToArray(),
        Checks = Checked.Select(check => CreateCheck(check.Name, result.Stages.LastOrDefault(stage => stage.Stage == check.Stage))).ToArray(),
        Routes = GetRoutes(result),
        Changes = new PlanMask(new PlanSource(null, result.Before?.Services ?? [], Gateway.Planning.DesiredServices.For(result.Rules, result.Gateway)), withPrivateValues: false).Report(result.Plan),
        Failures = GetFailures(result),
        Warnings =
        [
            .. result.Warnings.Select(static warning => warning.Message),
            .. DiagnosticFailures.GetWarnings(result.Plan?.Diagnostics ?? []),
            .. DiagnosticFailures.GetWarnings(result.Diagnostics),
        ],
        Summary = ReconcileSummary.Create(result, result.Stages.Count == 0 ? 0 : result.Stages[result.Stages.Count - 1].AtMs),
    };

    /// <summary>One gateway of several.</summary>
    public static RunReport Create(RolloutStep step) =>
        step.Result is { } result && step.Error is null ? Create(result)
        : step.Error is { } error ? CreateFailed(step.Gateway, null, error.Tag, error.Message, error.Remedy, [])
        : CreateFailed(step.Gateway, null, step.WasCancelled ? "cancelled" : "not_reached", "Nothing was changed.", "Run the command again.", []);

    /// <summary>A roll-out that failed to start.</summary>
    public static RunReport Create(string requestId, Exception failure, IReadOnlyList<RunEvent> events) => failure switch
    {
        LightningOpsException own => CreateFailed(null, requestId, own.Tag, own.Message, own.Remedy, events),
        OperationCanceledException => CreateFailed(null, requestId, "cancelled", "The operator stopped the run.", null, events),
        _ => CreateFailed(null, requestId, failure.GetType().Name, RolloutFailure.GetReason(failure), null, events),
    };

    private static RunReport CreateFailed(string? gateway, string? requestId, string code, string reason, string? remedy, IReadOnlyList<RunEvent> events) => new()
    {
        Title = gateway is null ? "Roll-out" : "Roll-out to " + gateway,
        Ok = false,
        Outcome = "The roll-out did not start: nothing was sent to the gateway.",
        RequestId = requestId,
        Timeline = events,
        Checks = Checked.Select(check => ReportCheck.CreateSkipped(check.Name, "the roll-out did not start")).ToArray(),
        Failures = [new ReportFailure(code, reason) { Where = events.LastOrDefault(static happened => happened.Status == "failed")?.Stage, Remedy = remedy }],
        Summary = new { Ok = false, RequestId = requestId, Error = reason, ErrorId = code },
    };

    private static string GetOutcome(ReconcileResult result)
    {
        var rules = ReportText.Count(result.RuleCount, "rule", "rules");
        return result switch
        {
            { Ok: true, Changed: true } => "Rolled out: the gateway now serves " + rules + ".",
            { Ok: true } => "Nothing to change: the gateway already served these " + rules + ".",
            { Serving: LiveConfiguration.Written } => "Written. " + result.Standing,
            { DeploymentStatus: DeploymentStatus.RolledBack, Serving: LiveConfiguration.Unknown } => "Rolled back: a check failed, and the previous file was restored. " + result.Standing,
            { DeploymentStatus: DeploymentStatus.RolledBack } => "Rolled back: a check failed, and the gateway serves its previous configuration.",
            { Serving: LiveConfiguration.Closed } => "Failed: paused and killed services are closed; nothing else was rolled out.",
            { Valid: false } => "Nothing was rolled out: the paywalls do not compile.",
            { Serving: LiveConfiguration.Unknown } => "Failed. The live configuration of the gateway is not known.",
            { Serving: LiveConfiguration.Wanted, Changed: false } => "Failed, and nothing changed: the gateway already served these " + rules + ".",
            { Serving: LiveConfiguration.Wanted } => "Failed, and not rolled back: the gateway serves the new configuration.",
            { Standing.Evidence: Gateway.LiveEvidence.NotKnown } => "Failed. " + result.Standing,
            _ => "Failed: the gateway serves its previous configuration.",
        };
    }

    private static ReportFact[] GetFacts(ReconcileResult result) =>
    [
        new("Gateway", result.Gateway.Length == 0 ? null : result.Gateway),
        new("Deployment", result.DeploymentId),
        new("Deployment status", ReportText.Humanize(EnumName.GetName(result.DeploymentStatus))),
        new("Configuration hash", result.ConfigHash),
        new("Rolled back to", result.RolledBackFrom),
        new("Image", result.ImageDigest),
        new("Changes", result.Plan?.Summary),
        new("Credentials sold before", result.Plan?.HoldersSummary),
        new("Last start of Aperture", result.LastStart is { } start ? ReportText.Duration(start) : null),
        new("Restart", result.RestartCost?.ToString()),
        new("Journal head", result.JournalHead?.ToString()),
    ];

    private static ReportCheck CreateCheck(string name, StageReport? stage) => stage switch
    {
        null => ReportCheck.CreateSkipped(name, "the run ended before this check"),
        { Status: StageStatus.Ok } => ReportCheck.Create(name, true, FormatStatusCode(stage)) with { Duration = stage.Duration },
        { Status: StageStatus.Skipped } => ReportCheck.CreateSkipped(name, stage.Reason ?? "skipped"),
        _ => ReportCheck.Create(name, false, stage.Reason) with { Duration = stage.Duration },
    };

    private static string? FormatStatusCode(StageReport stage) =>
        stage.Details.TryGetValue("statusCode", out var code) ? "HTTP " + ReportText.Value("statusCode", code) : null;

    private static ReportRoute[] GetRoutes(ReconcileResult result)
    {
        var changes = (result.Plan?.Changes ?? [])
            .GroupBy(static change => change.Name, StringComparer.Ordinal)
            .ToDictionary(static same => same.Key, static same => string.Join(", ", same.Select(static change => EnumName.GetName(change.Kind))) + ": " + same.First().HoldersText, StringComparer.Ordinal);
        return result.Rules.Select(rule => rule.ToReportRoute(changes.TryGetValue(rule.ServiceName, out var change) ? change : null)).ToArray();
    }

    private static ReportFailure[] GetFailures(ReconcileResult result)
    {
        if (result.FailureCode is not { } code)
        {
            return [];
        }

        var firstError = result.Diagnostics.FirstOrDefault(static found => found.Severity == DiagnosticSeverity.Error)?.Code;
        var failed = result.Stages.FirstOrDefault(static stage => stage.Status == StageStatus.Failed);
        return
        [
            new ReportFailure(code, result.FailureReason) { Where = failed is null ? null : "reconcile." + EnumName.GetName(failed.Stage), Remedy = ReconcileRemedies.For(code, result.Valid ? result.FailureReason : firstError) },
            .. DiagnosticFailures.GetErrors(result.Diagnostics, DiagnosticFailures.CompileRemedy),
            .. DiagnosticFailures.GetErrors(result.Plan?.Diagnostics ?? [], DiagnosticFailures.PlanRemedy),
        ];
    }
}
