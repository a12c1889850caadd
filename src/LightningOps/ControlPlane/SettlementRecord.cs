using LightningOps.Paywalls;

namespace LightningOps.ControlPlane;

/// <summary>
/// A settlement as one learns of it from somebody who has no preimage to show: an Aperture's transaction, or another
/// store. A hosted control plane takes settlements with their preimage only; it can be told of the invoice.
/// </summary>
public sealed record SettlementRecord
{
    /// <summary>Identifier; a second record with the same one changes nothing.</summary>
    public required string SettlementId { get; init; }

    /// <summary>Paywall that sold.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Invoice it settles.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>Amount, millisatoshis.</summary>
    public required Msats AmountMsats { get; init; }

    /// <summary>What names the proof: <c>lightning_preimage:</c> or <c>lightning_payment_hash:</c> and 24 hex characters.</summary>
    public required string PaymentProofRef { get; init; }

    /// <summary>Payment hash, hex.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>Request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Task the purchase belongs to.</summary>
    public string? TaskId { get; init; }

    /// <summary>Route that was bought.</summary>
    public string? RouteId { get; init; }

    /// <summary>A JSON object.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>When it was settled, Unix milliseconds; null when it is not known.</summary>
    public long? SettledAtMs { get; init; }
}
