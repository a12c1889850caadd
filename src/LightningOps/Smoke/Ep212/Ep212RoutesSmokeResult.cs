using System;
using System.Collections.Generic;
using System.Text.Json.Serialization;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.Smoke.FullFlow;

namespace LightningOps.Smoke.Ep212;

/// <summary>What the Ep212Routes smoke found; members in the order of vectors/smoke/ep212-routes.json. What was not reached is left out.</summary>
public sealed class Ep212RoutesSmokeResult : ISmokeResult, IReportable
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

    /// <summary>The route within the cap: asked, and bought.</summary>
    public Ep212PaidRoute? RouteA { get; init; }

    /// <summary>The route above the cap: asked, and refused before a payment.</summary>
    public Ep212BlockedRoute? RouteB { get; init; }

    /// <summary>Which check failed and why, or null.</summary>
    public FlowFailure? Failure { get; init; }

    /// <summary>What happened, in order: the lines of events.jsonl.</summary>
    [JsonIgnore]
    public IReadOnlyList<RunEvent> Events { get; init; } = Array.Empty<RunEvent>();

    RunReport IReportable.ToReport() => Ep212Report.Of(this);
}
