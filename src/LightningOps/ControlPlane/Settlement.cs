using LightningOps.Paywalls;

namespace LightningOps.ControlPlane;

/// <summary>A settlement. The preimage itself is never stored, only a reference to it.</summary>
public sealed record Settlement
{
    /// <summary>Identifier.</summary>
    public required string SettlementId { get; init; }

    /// <summary>Paywall that sold.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Invoice it settles.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>Amount, millisatoshis.</summary>
    public required Msats AmountMsats { get; init; }

    /// <summary><c>lightning_preimage:</c> and the first 24 hex characters.</summary>
    public required string PaymentProofRef { get; init; }

    /// <summary>Request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Passed through untouched.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>Creation time, Unix milliseconds.</summary>
    public long CreatedAtMs { get; init; }
}
