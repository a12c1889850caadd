namespace LightningOps.ControlPlane;

/// <summary>Which invoices to list: all conditions given must hold.</summary>
public sealed class InvoiceQuery
{
    /// <summary>One invoice only.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>Invoices of one paywall.</summary>
    public string? PaywallId { get; init; }

    /// <summary>Invoices of one owner.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Invoices in one state.</summary>
    public InvoiceStatus? Status { get; init; }

    /// <summary>Invoices of one payment hash, hex as reported.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>Changed at this time or later, Unix milliseconds.</summary>
    public long? SinceMs { get; init; }

    /// <summary>Changed before this time, Unix milliseconds.</summary>
    public long? UntilMs { get; init; }

    /// <summary>At most so many, the newest; 100 by default.</summary>
    public int First { get; init; } = 100;

    /// <summary>Whether an invoice meets the conditions.</summary>
    internal bool Matches(Invoice invoice) =>
        (InvoiceId is null || invoice.InvoiceId == InvoiceId)
        && (PaywallId is null || invoice.PaywallId == PaywallId)
        && (OwnerId is null || invoice.OwnerId == OwnerId)
        && (Status is null || invoice.Status == Status)
        && (PaymentHash is null || invoice.PaymentHash == PaymentHash)
        && (SinceMs is null || invoice.UpdatedAtMs >= SinceMs)
        && (UntilMs is null || invoice.UpdatedAtMs < UntilMs);
}
