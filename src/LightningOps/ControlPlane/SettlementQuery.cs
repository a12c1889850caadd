namespace LightningOps.ControlPlane;

/// <summary>Which settlements to list: all conditions given must hold.</summary>
public sealed class SettlementQuery
{
    /// <summary>One settlement only.</summary>
    public string? SettlementId { get; init; }

    /// <summary>Settlements of one paywall.</summary>
    public string? PaywallId { get; init; }

    /// <summary>Settlements of one owner.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Settlements of one invoice.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>Settlements of one payment hash, hex as reported: what ties one to a purchase.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>Created at this time or later, Unix milliseconds.</summary>
    public long? SinceMs { get; init; }

    /// <summary>Created before this time, Unix milliseconds.</summary>
    public long? UntilMs { get; init; }

    /// <summary>At most so many, the newest; 100 by default.</summary>
    public int First { get; init; } = 100;

    /// <summary>Whether a settlement meets the conditions.</summary>
    internal bool Matches(RecordedSettlement recorded) =>
        (SettlementId is null || recorded.Settlement.SettlementId == SettlementId)
        && (PaywallId is null || recorded.Settlement.PaywallId == PaywallId)
        && (OwnerId is null || recorded.Settlement.OwnerId == OwnerId)
        && (InvoiceId is null || recorded.Settlement.InvoiceId == InvoiceId)
        && (PaymentHash is null || recorded.PaymentHash == PaymentHash)
        && (SinceMs is null || recorded.Settlement.CreatedAtMs >= SinceMs)
        && (UntilMs is null || recorded.Settlement.CreatedAtMs < UntilMs);
}
