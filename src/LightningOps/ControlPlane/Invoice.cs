using LightningOps.Paywalls;

namespace LightningOps.ControlPlane;

/// <summary>An invoice and where it stands.</summary>
public sealed record Invoice
{
    /// <summary>Identifier.</summary>
    public required string InvoiceId { get; init; }

    /// <summary>Paywall that sold.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Amount, millisatoshis.</summary>
    public required Msats AmountMsats { get; init; }

    /// <summary>State.</summary>
    public required InvoiceStatus Status { get; init; }

    /// <summary>Payment hash, hex; the first value is kept.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>BOLT 11 invoice; the first value is kept.</summary>
    public string? PaymentRequest { get; init; }

    /// <summary>Reference of the proof, never the proof; the first value is kept.</summary>
    public string? PaymentProofRef { get; init; }

    /// <summary>Request; the first value is kept.</summary>
    public string? RequestId { get; init; }

    /// <summary>Creation time, Unix milliseconds.</summary>
    public long CreatedAtMs { get; init; }

    /// <summary>Time of the last change, Unix milliseconds.</summary>
    public long UpdatedAtMs { get; init; }

    /// <summary>Time it was settled, Unix milliseconds; set once.</summary>
    public long? SettledAtMs { get; init; }
}
