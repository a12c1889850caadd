using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.Files;
using LightningOps.Observability;
using LightningOps.Security;

namespace LightningOps.Smoke.FullFlow;

/// <summary>
/// Result of a full flow; members in the order of vectors/smoke/full-flow.summary.json. Members of checks that were not reached are omitted.
/// </summary>
public sealed record FullFlowSmokeResult : IWrittenSmokeResult, IReportable
{
    /// <summary>Whether all eight checks ran and passed.</summary>
    public required bool Ok { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string? FailureReason => Failure is null ? null : Failure.Check + ": " + Failure.Code + (Failure.Reason == Failure.Code ? string.Empty : ": " + Failure.Reason);

    /// <summary>Mode it ran in.</summary>
    public required SmokeMode Mode { get; init; }

    /// <summary>Request id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Always <c>hosted-node</c>: the proven path.</summary>
    public required string ExecutionPath { get; init; }

    /// <summary>The paywall of the flow.</summary>
    public FullFlowPaywall? PaywallCreation { get; init; }

    /// <summary>The roll-out.</summary>
    public FullFlowReconcile? GatewayReconcile { get; init; }

    /// <summary>The purchase.</summary>
    public FullFlowPaidRequest? PaidRequest { get; init; }

    /// <summary>The request refused.</summary>
    public FullFlowDeniedRequest? PolicyDeniedRequest { get; init; }

    /// <summary>The settlements.</summary>
    public FullFlowSettlements? SettlementCorrelation { get; init; }

    /// <summary>The observability records.</summary>
    public FullFlowObservability? Observability { get; init; }

    /// <summary>The comparison with the local node's artifact.</summary>
    public FullFlowParity? Parity { get; init; }

    /// <summary>Number of checks that ran and passed.</summary>
    public required FullFlowCoverage Coverage { get; init; }

    /// <summary>Reason for an early end, or null.</summary>
    public FlowFailure? Failure { get; init; }

    /// <summary>Location of the artifacts.</summary>
    public required FlowArtifacts Artifacts { get; init; }

    /// <summary>The events in order: the lines of events.jsonl.</summary>
    [JsonIgnore]
    public IReadOnlyList<RunEvent> Events { get; init; } = Array.Empty<RunEvent>();

    /// <inheritdoc/>
    [JsonIgnore]
    public ArtifactFolderException? Unwritten { get; internal set; }

    /// <summary>Checks that were not made: an earlier check failed, or the artifact of the local node may be missing.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> SkippedChecks =>
        FullFlowChecks.All
            .Where(check => Coverage.ChecksNotMade?.Contains(check) == true
                || (check == FullFlowChecks.LocalParity && Parity is { LocalArtifactPresent: false } && !Coverage.FailedChecks.Contains(check)))
            .ToArray();

    RunReport IReportable.ToReport() => FullFlowReportPage.Create(this);
}

/// <summary>Number of checks that ran and passed.</summary>
public sealed record FullFlowCoverage
{
    /// <summary>Number of checks.</summary>
    public required int TotalChecks { get; init; }

    /// <summary>Number of passed checks.</summary>
    public required int PassedChecks { get; init; }

    /// <summary>Checks that did not pass.</summary>
    public required IReadOnlyList<string> FailedChecks { get; init; }

    /// <summary>Checks skipped because an earlier check failed; null if all ran.</summary>
    public IReadOnlyList<string>? ChecksNotMade { get; init; }

    /// <summary>How many checks passed.</summary>
    public override string ToString() => FormattableString.Invariant($"{PassedChecks} of {TotalChecks} checks passed") + (FailedChecks.Count == 0 ? string.Empty : "; failed: " + string.Join(", ", FailedChecks));
}

/// <summary>The request of a full flow that was refused.</summary>
public sealed record FullFlowDeniedRequest
{
    /// <summary><c>denied</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Request.</summary>
    public required string RequestId { get; init; }

    /// <summary>Why, as a code.</summary>
    public required string DenyReasonCode { get; init; }

    /// <summary>Reason, for people.</summary>
    public required string DenyReason { get; init; }

    /// <summary>What refused it.</summary>
    public required GateResultSource Source { get; init; }
}

/// <summary>The observability records of a full flow, in short.</summary>
public sealed record FullFlowObservability
{
    /// <summary>Number of records.</summary>
    public required int RecordCount { get; init; }

    /// <summary>The nineteen members of every record.</summary>
    public required IReadOnlyList<string> RequiredFieldKeys { get; init; }

    /// <summary>Members missing from at least one record.</summary>
    public required IReadOnlyList<string> MissingFieldKeys { get; init; }

    /// <summary>Correlation references of the records.</summary>
    public required ObservabilityCorrelation Correlation { get; init; }

    internal static FullFlowObservability From(ObservabilitySmokeResult result) => new()
    {
        RecordCount = result.RecordCount,
        RequiredFieldKeys = result.RequiredFieldKeys,
        MissingFieldKeys = result.MissingFieldKeys,
        Correlation = result.Correlation,
    };
}

/// <summary>The purchase of a full flow.</summary>
public sealed record FullFlowPaidRequest
{
    /// <summary><c>paid</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Task of the purchase.</summary>
    public string? TaskId { get; init; }

    /// <summary>Route bought.</summary>
    public string? RouteId { get; init; }

    /// <summary>Id of the recorded settlement.</summary>
    public string? SettlementId { get; init; }

    /// <summary>Amount, millisatoshis.</summary>
    public required long AmountMsats { get; init; }

    /// <summary>Reference of the proof, never the proof.</summary>
    public required string PaymentProofRef { get; init; }
}

/// <summary>Comparison of the records of the local and the hosted path.</summary>
public sealed record FullFlowParity
{
    /// <summary>Keys both paths must have.</summary>
    public required IReadOnlyList<string> RequiredKeys { get; init; }

    /// <summary>Keys of the hosted path's records.</summary>
    public required IReadOnlyList<string> HostedKeys { get; init; }

    /// <summary>Required keys the hosted path lacks.</summary>
    public required IReadOnlyList<string> HostedMissingKeys { get; init; }

    /// <summary>File of the local node's artifact.</summary>
    public required string LocalArtifactPath { get; init; }

    /// <summary>Whether the file exists.</summary>
    public required bool LocalArtifactPresent { get; init; }

    /// <summary>Keys of the local node's artifact.</summary>
    public required IReadOnlyList<string> LocalKeys { get; init; }

    /// <summary>Required keys the local node's artifact lacks.</summary>
    public required IReadOnlyList<string> LocalMissingKeys { get; init; }

    /// <summary>Keys of both paths.</summary>
    public required IReadOnlyList<string> SharedKeys { get; init; }

    /// <summary>The missing keys.</summary>
    public override string ToString() => "missing in the artifact: " + (HostedMissingKeys.Count == 0 ? "none" : string.Join(", ", HostedMissingKeys)) + "; of the local node: " + (!LocalArtifactPresent ? "no artifact" : LocalMissingKeys.Count == 0 ? "none" : string.Join(", ", LocalMissingKeys));
}

/// <summary>The paywall of a full flow.</summary>
public sealed record FullFlowPaywall
{
    /// <summary>Whether it is ready for sale.</summary>
    public required bool Ok { get; init; }

    /// <summary>Paywall.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner.</summary>
    public required string OwnerId { get; init; }

    /// <summary>First route of the paywall.</summary>
    public required string RouteId { get; init; }
}

/// <summary>The roll-out of a full flow.</summary>
public sealed record FullFlowReconcile
{
    /// <summary>Request id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Deployment recorded.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>Hash of the artifact.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>Status of the deployment.</summary>
    public required DeploymentStatus DeploymentStatus { get; init; }

    /// <summary>Whether the gateway required payment.</summary>
    public required bool ChallengeOk { get; init; }

    /// <summary>Whether a paid request reached its upstream.</summary>
    public required bool ProxyOk { get; init; }

    /// <summary>Whether the gateway was up.</summary>
    public required bool HealthOk { get; init; }

    internal static FullFlowReconcile From(StagingSmokeResult staging) => new()
    {
        RequestId = staging.RequestId,
        DeploymentId = staging.DeploymentId,
        ConfigHash = staging.ConfigHash,
        DeploymentStatus = staging.DeploymentStatus,
        ChallengeOk = staging.ChallengeOk,
        ProxyOk = staging.ProxyOk,
        HealthOk = staging.HealthOk,
    };
}

/// <summary>The settlements of a full flow.</summary>
public sealed record FullFlowSettlements
{
    /// <summary>Number of events reported to the control plane.</summary>
    public required int Processed { get; init; }

    /// <summary>Settlements, one for each report.</summary>
    public required IReadOnlyList<string> SettlementIds { get; init; }

    /// <summary>References of their proofs.</summary>
    public required IReadOnlyList<string> PaymentProofRefs { get; init; }
}

/// <summary>Artifacts of a flow.</summary>
public sealed record FlowArtifacts
{
    /// <summary>The folder.</summary>
    public required string ArtifactDir { get; init; }

    /// <summary>The summary: the result itself.</summary>
    public required string SummaryPath { get; init; }

    /// <summary>The events, one per line.</summary>
    public required string EventsPath { get; init; }

    /// <summary>Time, Unix milliseconds.</summary>
    public required long GeneratedAtMs { get; init; }

    /// <summary>The folder.</summary>
    public override string ToString() => ArtifactDir;
}

/// <summary>Reason for the early end of a flow.</summary>
/// <param name="Check">The failed check.</param>
/// <param name="Code">Stable code: <c>full_flow_local_artifact_missing</c>, a reconcile's failure code, a denial's, the tag of a failed call, <c>cancelled</c>.</param>
/// <param name="Reason">The finding, without a secret.</param>
public sealed record FlowFailure(string Check, string Code, string Reason)
{
    internal static FlowFailure From(string check, Exception failure) => failure switch
    {
        FlowCheckException own => new(check, own.Tag, own.Reason),
        LightningOpsException domain => new(check, domain.Tag, domain.Message),
        _ => new(check, "cancelled", "The run was stopped."),
    };
}
