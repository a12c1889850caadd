using LightningOps.ControlPlane;

namespace LightningOps.Settlements;

/// <summary>A change of an invoice's state; members in the order of vectors/smoke/settlement.json.</summary>
public sealed record InvoiceTransition
{
    /// <summary>The invoice.</summary>
    public required string InvoiceId { get; init; }

    /// <summary>Paywall that sold.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>State it came to.</summary>
    public required InvoiceStatus Status { get; init; }

    /// <summary>Request.</summary>
    public string? RequestId { get; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public required long UpdatedAtMs { get; init; }

    /// <summary>The change an event made, or null when it made none.</summary>
    internal static InvoiceTransition? Of(IngestOutcome outcome) => outcome is not { InvoiceChanged: true, Invoice: { } invoice } ? null : new()
    {
        InvoiceId = invoice.InvoiceId,
        PaywallId = invoice.PaywallId,
        OwnerId = invoice.OwnerId,
        Status = invoice.Status,
        RequestId = invoice.RequestId,
        UpdatedAtMs = invoice.UpdatedAtMs,
    };
}
