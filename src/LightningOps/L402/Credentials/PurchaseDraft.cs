using LightningOps.L402.Spending;
using LightningOps.Paywalls;

namespace LightningOps.L402.Credentials;

/// <summary>A purchase that is about to be made.</summary>
internal sealed class PurchaseDraft
{
    public required CredentialScope For { get; init; }

    public required string RequestId { get; init; }

    public required string Payer { get; init; }

    /// <summary>The same for all invoices a payment of which gives the same preimage.</summary>
    public required string PaymentKey { get; init; }

    public PaymentHash? PaymentHash { get; init; }

    public Msats? Quoted { get; init; }

    public required PurchaseCost Cost { get; init; }

    public long? InvoiceExpiresAtMs { get; init; }

    public long? ExpiresAtMs { get; init; }

    /// <summary>Service the token names; null where it names none.</summary>
    public string? Service { get; init; }

    public required PurchaseSecret Secret { get; init; }

    public override string ToString() => "purchase of " + For + " for " + Cost.Total + " msat";
}
