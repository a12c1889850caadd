using System;
using System.Collections.Generic;
using System.Text.Json.Serialization;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.Smoke.FullFlow;

namespace LightningOps.Smoke.Ep212;

/// <summary>What the Ep212FullFlow smoke found; members in the order of vectors/smoke/ep212-full-flow.summary.json. What was not reached is left out.</summary>
public sealed class Ep212FullFlowSmokeResult : IWrittenSmokeResult, IReportable
{
    /// <summary>Whether every check was made and passed.</summary>
    public required bool Ok { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string? FailureReason => Failure is null ? null : Failure.Check + ": " + Failure.Code + ": " + Failure.Reason;

    /// <summary>Request it ran under.</summary>
    public required string RequestId { get; init; }

    /// <summary>Mode it ran in.</summary>
    public required SmokeMode Mode { get; init; }

    /// <summary>What paid: <c>mock</c>, <c>simulated</c> or <c>wallet_executor</c>.</summary>
    public required string WalletBackend { get; init; }

    /// <summary>The purchase from another seller, and the one that followed it.</summary>
    [JsonPropertyName("sats4ai")]
    public Ep212RepeatedPurchase? Sats4Ai { get; init; }

    /// <summary>The purchase from a route within the cap.</summary>
    public Ep212PaidEndpoint? OpenAgentsRoute { get; init; }

    /// <summary>The route above the cap.</summary>
    public Ep212BlockedEndpoint? OverCap { get; init; }

    /// <summary>Which check failed and why, or null.</summary>
    public FlowFailure? Failure { get; init; }

    /// <summary>Where it is written down.</summary>
    public required FlowArtifacts Artifacts { get; init; }

    /// <summary>What happened, in order: the lines of events.jsonl.</summary>
    [JsonIgnore]
    public IReadOnlyList<RunEvent> Events { get; init; } = Array.Empty<RunEvent>();

    /// <inheritdoc/>
    [JsonIgnore]
    public ArtifactFolderException? Unwritten { get; internal set; }

    RunReport IReportable.ToReport() => Ep212Report.Of(this);
}
