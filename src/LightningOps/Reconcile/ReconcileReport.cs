using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane;

namespace LightningOps.Reconcile;

/// <summary>A reconcile as a report.</summary>
internal static class ReconcileReport
{
    private static readonly (ReconcileStage Stage, string Name)[] Checked =
    [
        (ReconcileStage.Compile, "The paywalls compile"),
        (ReconcileStage.Plan, "The gateway can carry the configuration"),
        (ReconcileStage.Health, "The gateway is up"),
        (ReconcileStage.Challenge, "The probe route asks for payment"),
        (ReconcileStage.Proxy, "A paid request reaches its upstream"),
        (ReconcileStage.Record, "The control plane knows how it ended"),
    ];

    public static RunReport Of(ReconcileResult result) => new()
    {
        Title = "Roll-out to " + result.Gateway,
        Ok = result.Ok,
        Outcome = OutcomeOf(result),
        RequestId = result.RequestId,
        Facts = FactsOf(result),
        Timeline = result.Stages.Select(ReconcileRecorder.EventOf).ToArray(),
        Checks = Checked.Select(check => CheckOf(check.Name, result.Stages.LastOrDefault(stage => stage.Stage == check.Stage))).ToArray(),
        Routes = RoutesOf(result),
        Failures = FailuresOf(result),
        Warnings =
        [
            .. result.Warnings.Select(static warning => warning.Message),
            .. DiagnosticFailures.WarningsOf(result.Plan?.Diagnostics ?? []),
            .. DiagnosticFailures.WarningsOf(result.Diagnostics),
        ],
        Summary = ReconcileSummary.Of(result, result.Stages.Count == 0 ? 0 : result.Stages[result.Stages.Count - 1].AtMs),
    };

    /// <summary>One gateway of several.</summary>
    public static RunReport Of(RolloutStep step) =>
        step.Result is { } result && step.Error is null ? Of(result)
        : step.Error is { } error ? NotMade(step.Gateway, null, error.Tag, error.Message, error.Remedy, [])
        : NotMade(step.Gateway, null, step.WasCancelled ? "cancelled" : "not_reached", "Nothing was touched.", "Run the command again.", []);

    /// <summary>A roll-out that could not be made.</summary>
    public static RunReport Of(string requestId, Exception failure, IReadOnlyList<RunEvent> events) => failure switch
    {
        LightningOpsException own => NotMade(null, requestId, own.Tag, own.Message, own.Remedy, events),
        OperationCanceledException => NotMade(null, requestId, "cancelled", "The operator stopped it.", null, events),
        _ => NotMade(null, requestId, failure.GetType().Name, RolloutFailure.ReasonOf(failure), null, events),
    };

    private static RunReport NotMade(string? gateway, string? requestId, string code, string reason, string? remedy, IReadOnlyList<RunEvent> events) => new()
    {
        Title = gateway is null ? "Roll-out" : "Roll-out to " + gateway,
        Ok = false,
        Outcome = "The roll-out was not made: nothing was sent to the gateway.",
        RequestId = requestId,
        Timeline = events,
        Checks = Checked.Select(check => ReportCheck.NotMade(check.Name, "the roll-out was not made")).ToArray(),
        Failures = [new ReportFailure(code, reason) { Where = events.LastOrDefault(static happened => happened.Status == "failed")?.Stage, Remedy = remedy }],
        Summary = new { Ok = false, RequestId = requestId, Error = reason, ErrorId = code },
    };

    private static string OutcomeOf(ReconcileResult result)
    {
        var rules = ReportText.Count(result.RuleCount, "rule", "rules");
        return result switch
        {
            { Ok: true, Changed: true } => "Rolled out: the gateway now serves " + rules + ".",
            { Ok: true } => "Nothing to change: the gateway already served these " + rules + ".",
            { Serving: ServedConfiguration.Written } => "Written. " + result.Standing,
            { DeploymentStatus: DeploymentStatus.RolledBack, Serving: ServedConfiguration.Unknown } => "Rolled back: a check failed, and the file before is back. " + result.Standing,
            { DeploymentStatus: DeploymentStatus.RolledBack } => "Rolled back: a check failed, and the gateway serves what it served before.",
            { Serving: ServedConfiguration.Closed } => "Failed: what a pause or kill switch denies is closed, and nothing else was rolled out.",
            { Valid: false } => "Nothing was rolled out: the paywalls do not compile.",
            { Serving: ServedConfiguration.Unknown } => "Failed, and it is not known what the gateway serves now.",
            { Serving: ServedConfiguration.Wanted, Changed: false } => "Failed, and nothing changed: the gateway already served these " + rules + ".",
            { Serving: ServedConfiguration.Wanted } => "Failed, and not rolled back: the gateway serves the new configuration.",
            _ => "Failed: the gateway serves what it served before.",
        };
    }

    private static ReportFact[] FactsOf(ReconcileResult result) =>
    [
        new("Gateway", result.Gateway.Length == 0 ? null : result.Gateway),
        new("Deployment", result.DeploymentId),
        new("Deployment status", ReportText.Words(EnumName.Of(result.DeploymentStatus))),
        new("Configuration hash", result.ConfigHash.Value),
        new("Rolled back to", result.RolledBackFrom?.Value),
        new("Image", result.ImageDigest),
        new("Changes", result.Plan?.Summary),
    ];

    private static ReportCheck CheckOf(string name, StageReport? stage) => stage switch
    {
        null => ReportCheck.NotMade(name, "the run ended before it"),
        { Status: StageStatus.Ok } => ReportCheck.Made(name, true, StatusCodeOf(stage)) with { Duration = stage.Duration },
        { Status: StageStatus.Skipped } => ReportCheck.NotMade(name, stage.Reason ?? "skipped"),
        _ => ReportCheck.Made(name, false, stage.Reason) with { Duration = stage.Duration },
    };

    private static string? StatusCodeOf(StageReport stage) =>
        stage.Details.TryGetValue("statusCode", out var code) ? "HTTP " + ReportText.Value("statusCode", code) : null;

    private static ReportRoute[] RoutesOf(ReconcileResult result)
    {
        var changes = (result.Plan?.Changes ?? [])
            .GroupBy(static change => change.Name, StringComparer.Ordinal)
            .ToDictionary(static same => same.Key, static same => string.Join(", ", same.Select(static change => EnumName.Of(change.Kind))), StringComparer.Ordinal);
        return result.Rules.Select(rule => ReportRoute.Of(rule, changes.TryGetValue(rule.ServiceName, out var change) ? change : null)).ToArray();
    }

    private static ReportFailure[] FailuresOf(ReconcileResult result)
    {
        if (result.FailureCode is not { } code)
        {
            return [];
        }

        var failed = result.Stages.FirstOrDefault(static stage => stage.Status == StageStatus.Failed);
        return
        [
            new ReportFailure(code, result.FailureReason) { Where = failed is null ? null : "reconcile." + EnumName.Of(failed.Stage), Remedy = ReconcileRemedies.For(code, result.FailureReason) },
            .. DiagnosticFailures.ErrorsOf(result.Diagnostics, DiagnosticFailures.CompileRemedy),
            .. DiagnosticFailures.ErrorsOf(result.Plan?.Diagnostics ?? [], DiagnosticFailures.PlanRemedy),
        ];
    }
}
