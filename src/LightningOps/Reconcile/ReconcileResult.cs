using System;
using System.Collections.Generic;
using System.Text.Json.Serialization;
using LightningOps.Artifacts.Reports;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Observability;
using LightningOps.Paywalls;

namespace LightningOps.Reconcile;

/// <summary>The result of one reconcile of one gateway. Its JSON has the members of vectors/smoke/staging.json in their order.</summary>
public sealed record ReconcileResult : IReportable
{
    private readonly GatewayStanding? standing;

    /// <summary>Whether the gateway serves the desired configuration, no check failed, and the outcome is recorded in the control plane.</summary>
    public bool Ok => FailureCode is null && DeploymentStatus == LightningOps.DeploymentStatus.Applied;

    /// <summary>Request id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Always <c>hosted-node</c>.</summary>
    public string ExecutionPath => ExecutionPaths.HostedNode;

    /// <summary>Hash of the artifact; of the paywalls when they do not compile.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>Number of rules.</summary>
    public required int RuleCount { get; init; }

    /// <summary>Whether the paywalls compile.</summary>
    public required bool Valid { get; init; }

    /// <summary>Status of the deployment; pending if it is written and the load was not observed. <see cref="Warnings" /> tells if the control plane could not record it.</summary>
    public required DeploymentStatus DeploymentStatus { get; init; }

    /// <summary>Id of the recorded deployment.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>Whether the probe route required payment, or, if no route sells, the closed routes are closed; also false if the check was skipped.</summary>
    public bool ChallengeOk { get; init; }

    /// <summary>Whether a paid request reached its upstream; also false if the check was skipped.</summary>
    public bool ProxyOk { get; init; }

    /// <summary>Whether the gateway was up; also false if the check was skipped.</summary>
    public bool HealthOk { get; init; }

    /// <summary>Number of diagnostics.</summary>
    public int DiagnosticsCount => Diagnostics.Count;

    /// <summary>Diagnostics of the compile.</summary>
    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    /// <summary>Number of diagnostics of each severity, for example <c>1 error, 2 warn</c>, or <c>none</c>.</summary>
    [JsonIgnore]
    public string DiagnosticsSummary => DiagnosticsText.Summarize(Diagnostics);

    /// <summary>One of <see cref="ReconcileFailureCodes"/>, or null when nothing failed.</summary>
    public string? FailureCode { get; init; }

    /// <summary>Reason of the failure, without a secret.</summary>
    [JsonIgnore]
    public string? FailureReason { get; init; }

    /// <summary>The address of the failed call; null if nothing was called.</summary>
    public string? FailureAddress { get; init; }

    /// <summary>Name of the gateway.</summary>
    [JsonIgnore]
    public string Gateway { get; init; } = string.Empty;

    /// <summary>Whether the gateway serves a different configuration than before, or may.</summary>
    [JsonIgnore]
    public bool Changed { get; init; }

    /// <summary>What the gateway serves now.</summary>
    [JsonIgnore]
    public LiveConfiguration Serving { get; init; }

    /// <summary>Desired, written and live configuration, with the evidence.</summary>
    [JsonIgnore]
    public GatewayStanding Standing
    {
        get => standing ?? GatewayStanding.For(ConfigHash, Before, Serving, Evidence, Doubt) with { IsRestored = IsRestored };
        init => standing = value;
    }

    /// <summary>Whether an earlier deployment was sent to the gateway alone, so that the control plane does not ask for it.</summary>
    [JsonIgnore]
    internal bool IsRestored { get; init; }

    /// <summary>Evidence of the live configuration.</summary>
    [JsonIgnore]
    public LiveEvidence Evidence { get; init; }

    /// <summary>Why the load was not seen; null if it was, or the cause is not known.</summary>
    [JsonIgnore]
    internal LoadDoubt? Doubt { get; init; }

    /// <summary>
    /// Whether a pause or kill switch denies something and the gateway is known to keep it closed, whatever the
    /// outcome; false also when nothing is denied.
    /// </summary>
    [JsonIgnore]
    public bool DenialHolds { get; init; }

    /// <summary>Whether the operator stopped it.</summary>
    [JsonIgnore]
    public bool WasCancelled { get; init; }

    /// <summary>Digest of the gateway's image, when it reported one.</summary>
    [JsonIgnore]
    public string? ImageDigest { get; init; }

    /// <summary>Hash of the deployment before the roll-back, as recorded in the control plane.</summary>
    [JsonIgnore]
    public string? RolledBackFrom { get; init; }

    /// <summary>The planned changes, or null when the run ended earlier.</summary>
    [JsonIgnore]
    public RolloutPlan? Plan { get; init; }

    /// <summary>The finished stages, in order.</summary>
    [JsonIgnore]
    public IReadOnlyList<StageReport> Stages { get; init; } = Array.Empty<StageReport>();

    /// <summary>Warnings for the operator.</summary>
    [JsonIgnore]
    public IReadOnlyList<ReconcileWarning> Warnings { get; init; } = Array.Empty<ReconcileWarning>();

    /// <summary>Services that this store did not create; they were not changed, and asked for payment when they were read.</summary>
    [JsonIgnore]
    public IReadOnlyList<SellingService> LeftAlone { get; init; } = Array.Empty<SellingService>();

    /// <summary>Whether changes over an admin API survive a restart of the gateway; null if there were none.</summary>
    [JsonIgnore]
    public ChangeDurability? Durability { get; init; }

    /// <summary>Duration of the last start of Aperture; a restart drops the requests in flight. Null if unknown, or nothing is restarted.</summary>
    [JsonIgnore]
    public TimeSpan? LastStart { get; init; }

    /// <summary>Cost of the restart for clients of a file gateway; null if nothing was restarted.</summary>
    public RestartCost? RestartCost { get; init; }

    /// <summary>Other changes that a roll-out would make, which a switch left pending.</summary>
    [JsonIgnore]
    public IReadOnlyList<ServiceChange> Pending { get; init; } = Array.Empty<ServiceChange>();

    /// <summary>Services that stay closed after a switch was released, each with the reason.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> StaysClosed { get; init; } = Array.Empty<string>();

    /// <summary>The state before, for a roll-back.</summary>
    [JsonIgnore]
    internal GatewayState? Before { get; init; }

    /// <summary>Denials that must hold after a roll-back; null for none.</summary>
    [JsonIgnore]
    internal DenyRules? Denied { get; init; }

    /// <summary>The rule named by its events.</summary>
    [JsonIgnore]
    internal CompiledRule? EventRule { get; init; }

    /// <summary>Its paywalls; null for a switch, or if they do not compile.</summary>
    [JsonIgnore]
    internal IReadOnlyList<Paywall>? Paywalls { get; init; }

    /// <summary>The rules, in match order; empty when the paywalls do not compile.</summary>
    [JsonIgnore]
    internal IReadOnlyList<CompiledRule> Rules { get; init; } = Array.Empty<CompiledRule>();

    /// <summary>The journal after the entry of this reconcile; null if there is none.</summary>
    [JsonIgnore]
    public JournalHead? JournalHead { get; init; }

    /// <summary>Gateway, status, failure and live configuration, on one line.</summary>
    public override string ToString() => (Gateway.Length == 0 ? string.Empty : Gateway + ": ") + EnumName.GetName(DeploymentStatus)
        + (FailureCode is null ? string.Empty : ", " + FailureCode + (FailureReason is null || FailureReason == FailureCode ? string.Empty : " (" + FailureReason + ")")) + ". " + Standing;

    RunReport IReportable.ToReport() => ReconcileReport.Create(this);
}

/// <summary>A warning of a reconcile.</summary>
/// <param name="Code">
/// <c>event_not_written</c>, <c>event_in_doubt</c>, <c>event_refused</c>, <c>record_not_written</c>, <c>outbox_unavailable</c>,
/// <c>check_skipped</c>, <c>closed_rules_reopened</c>, <c>cancelled</c>, <c>served_unknown</c>, <c>not_taken_back</c> or <c>observability_not_written</c>.
/// </param>
/// <param name="Message">One sentence for people, without a secret.</param>
public sealed record ReconcileWarning(string Code, string Message)
{
    /// <summary>Why a check was skipped: <c>no_route_sells</c>, <c>no_payer</c> or another code; null for other warnings.</summary>
    [JsonIgnore]
    public string? Reason { get; init; }

    /// <summary>Code and message on one line.</summary>
    public override string ToString() => Code + ": " + Message;
}

/// <summary>The live configuration of a gateway after a reconcile.</summary>
public enum LiveConfiguration
{
    /// <summary>The previous configuration, if any.</summary>
    Previous,

    /// <summary>The desired configuration.</summary>
    Wanted,

    /// <summary>The previous configuration with paused and killed services closed.</summary>
    Closed,

    /// <summary>Unknown, or a different configuration.</summary>
    Unknown,

    /// <summary>The desired configuration is written; it is not known whether the gateway has loaded it.</summary>
    Written,

    /// <summary>The previous configuration with released services open again, as last rolled out.</summary>
    Reopened,
}
