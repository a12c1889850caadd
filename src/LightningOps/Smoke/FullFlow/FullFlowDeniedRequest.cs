using LightningOps.Security;

namespace LightningOps.Smoke.FullFlow;

/// <summary>The request of a full flow that was refused.</summary>
public sealed record FullFlowDeniedRequest
{
    /// <summary><c>denied</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Request.</summary>
    public required string RequestId { get; init; }

    /// <summary>Why, as a code.</summary>
    public required string DenyReasonCode { get; init; }

    /// <summary>Why, for people.</summary>
    public required string DenyReason { get; init; }

    /// <summary>What refused it.</summary>
    public required GateSource Source { get; init; }
}
