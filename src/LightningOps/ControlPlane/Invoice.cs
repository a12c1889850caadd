namespace LightningOps.ControlPlane;

/// <summary>An invoice and its state.</summary>
public sealed record Invoice
{
    /// <summary>Identifier.</summary>
    public required string InvoiceId { get; init; }

    /// <summary>Id of the paywall.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Amount, millisatoshis.</summary>
    public required long AmountMsats { get; init; }

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

/// <summary>Arguments of lightning/settlements:ingestInvoiceLifecycle.</summary>
public sealed record InvoiceUpdate
{
    /// <summary>Identifier.</summary>
    public required string InvoiceId { get; init; }

    /// <summary>Id of the paywall.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Amount, millisatoshis.</summary>
    public required long AmountMsats { get; init; }

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

/// <summary>Answer to an invoice update.</summary>
public sealed record InvoiceIngestResult
{
    /// <summary>Whether the stored invoice changed.</summary>
    public required bool Changed { get; init; }

    /// <summary>The invoice in its new state.</summary>
    public required Invoice Invoice { get; init; }
}

/// <summary>Filter of invoices; all given conditions must hold.</summary>
public sealed record InvoiceQuery
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

    /// <summary>Maximum number, newest first; 100 by default.</summary>
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

/// <summary>
/// State of an invoice. It only advances: open, then expired or canceled (canceled prevails if both are reported),
/// then settled.
/// </summary>
public enum InvoiceStatus
{
    /// <summary>Not paid yet.</summary>
    Open,

    /// <summary>Withdrawn before payment.</summary>
    Canceled,

    /// <summary>Not paid in time.</summary>
    Expired,

    /// <summary>Paid.</summary>
    Settled,
}
