using LightningOps.Paywalls;

namespace LightningOps.ControlPlane;

/// <summary>What lightning/settlements:ingestInvoiceLifecycle takes.</summary>
public sealed record InvoiceUpdate
{
    /// <summary>Identifier.</summary>
    public required string InvoiceId { get; init; }

    /// <summary>Paywall that sold.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Amount, millisatoshis.</summary>
    public required Msats AmountMsats { get; init; }

    /// <summary>State reported.</summary>
    public required InvoiceStatus Status { get; init; }

    /// <summary>Payment hash, hex.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>BOLT 11 invoice.</summary>
    public string? PaymentRequest { get; init; }

    /// <summary>Reference of the proof.</summary>
    public string? PaymentProofRef { get; init; }

    /// <summary>Request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Time it was settled, Unix milliseconds.</summary>
    public long? SettledAtMs { get; init; }
}
