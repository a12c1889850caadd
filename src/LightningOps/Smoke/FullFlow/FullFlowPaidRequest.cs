using LightningOps.Paywalls;

namespace LightningOps.Smoke.FullFlow;

/// <summary>The purchase of a full flow.</summary>
public sealed record FullFlowPaidRequest
{
    /// <summary><c>paid</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Task it was made for.</summary>
    public string? TaskId { get; init; }

    /// <summary>Route bought.</summary>
    public string? RouteId { get; init; }

    /// <summary>Settlement it is recorded as.</summary>
    public string? SettlementId { get; init; }

    /// <summary>Amount, millisatoshis.</summary>
    public required Msats AmountMsats { get; init; }

    /// <summary>Reference of the proof, never the proof.</summary>
    public required string PaymentProofRef { get; init; }
}
