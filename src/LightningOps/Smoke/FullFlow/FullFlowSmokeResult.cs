using System;
using System.Collections.Generic;
using System.Text.Json.Serialization;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;

namespace LightningOps.Smoke.FullFlow;

/// <summary>
/// How a full flow ended; members in the order of vectors/smoke/full-flow.summary.json. What was not reached is left out.
/// </summary>
public sealed class FullFlowSmokeResult : IWrittenSmokeResult, IReportable
{
    /// <summary>Whether all eight checks were made and passed.</summary>
    public required bool Ok { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string? FailureReason => Failure is null ? null : Failure.Check + ": " + Failure.Code + (Failure.Reason == Failure.Code ? string.Empty : ": " + Failure.Reason);

    /// <summary>Mode it ran in.</summary>
    public required SmokeMode Mode { get; init; }

    /// <summary>Request it ran under.</summary>
    public required string RequestId { get; init; }

    /// <summary>Always <c>hosted-node</c>: the path that is proven.</summary>
    public required string ExecutionPath { get; init; }

    /// <summary>The paywall it is about.</summary>
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

    /// <summary>How many checks were made and passed.</summary>
    public required FullFlowCoverage Coverage { get; init; }

    /// <summary>Why it ended before its end, or null.</summary>
    public FlowFailure? Failure { get; init; }

    /// <summary>Where it is written down.</summary>
    public required FlowArtifacts Artifacts { get; init; }

    /// <summary>What happened, in order: the lines of events.jsonl.</summary>
    [JsonIgnore]
    public IReadOnlyList<RunEvent> Events { get; init; } = Array.Empty<RunEvent>();

    /// <inheritdoc/>
    [JsonIgnore]
    public ArtifactFolderException? Unwritten { get; internal set; }

    RunReport IReportable.ToReport() => FullFlowPage.Of(this);
}
