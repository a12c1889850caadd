using System;

namespace LightningOps.ControlPlane;

/// <summary>An event of an invoice or a payment. Exactly one of its three members is set.</summary>
public sealed record SettlementEvent
{
    private SettlementEvent()
    {
    }

    /// <summary>State of an invoice.</summary>
    public InvoiceUpdate? Invoice { get; private init; }

    /// <summary>A settlement with its preimage.</summary>
    public SettlementWithProof? Report { get; private init; }

    /// <summary>A settlement without its preimage.</summary>
    public ExternalSettlement? Record { get; private init; }

    /// <summary>Time of the payment of a settlement, Unix milliseconds; null if unknown.</summary>
    internal long? PaidAtMs => Report?.SettledAtMs ?? Record?.SettledAtMs;

    /// <summary>Id of the settlement, or null.</summary>
    public string? SettlementId => Report?.SettlementId ?? Record?.SettlementId;

    /// <summary>Id of the invoice, or null.</summary>
    public string? InvoiceId => Invoice?.InvoiceId ?? Report?.InvoiceId ?? Record?.InvoiceId;

    /// <summary>An invoice update.</summary>
    public static SettlementEvent From(InvoiceUpdate update) => new() { Invoice = update ?? throw new ArgumentNullException(nameof(update)) };

    /// <summary>A settlement report.</summary>
    public static SettlementEvent From(SettlementWithProof report) => new() { Report = report ?? throw new ArgumentNullException(nameof(report)) };

    /// <summary>A settlement without its preimage.</summary>
    public static SettlementEvent From(ExternalSettlement record) => new() { Record = record ?? throw new ArgumentNullException(nameof(record)) };

    /// <summary>The ids; never a preimage.</summary>
    public override string ToString() => SettlementId is null ? "invoice " + InvoiceId : "settlement " + SettlementId;
}

/// <summary>
/// A settlement reported without a preimage: by an Aperture's transaction, or by another store. A hosted control
/// plane accepts settlements only with their preimage; it can record the invoice.
/// </summary>
public sealed record ExternalSettlement
{
    /// <summary>Identifier. A second record with the same identifier changes nothing.</summary>
    public required string SettlementId { get; init; }

    /// <summary>Id of the paywall.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Invoice it settles.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>Amount, millisatoshis.</summary>
    public required long AmountMsats { get; init; }

    /// <summary>Reference of the proof: <c>lightning_preimage:</c> or <c>lightning_payment_hash:</c> and 24 hex characters.</summary>
    public required string PaymentProofRef { get; init; }

    /// <summary>Payment hash, hex.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>Request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Task of the purchase.</summary>
    public string? TaskId { get; init; }

    /// <summary>Route bought.</summary>
    public string? RouteId { get; init; }

    /// <summary>A JSON object.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>Time of the settlement, Unix milliseconds; null if unknown.</summary>
    public long? SettledAtMs { get; init; }
}

/// <summary>Arguments of lightning/settlements:ingestSettlement.</summary>
public sealed record SettlementWithProof
{
    /// <summary>Identifier. A second report with the same identifier changes nothing.</summary>
    public required string SettlementId { get; init; }

    /// <summary>Id of the paywall.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Invoice it settles.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>Amount, millisatoshis.</summary>
    public required long AmountMsats { get; init; }

    /// <summary>Payment hash, hex.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>The preimage, lower-case hex. A secret: sent to a hosted control plane, never stored or printed.</summary>
    public required string PaymentProofValue { get; init; }

    /// <summary>Request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Task of the purchase.</summary>
    public string? TaskId { get; init; }

    /// <summary>Route bought.</summary>
    public string? RouteId { get; init; }

    /// <summary>A JSON object.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>Time of the payment, Unix milliseconds; null if unknown. A hosted control plane does not record it.</summary>
    public long? SettledAtMs { get; init; }

    /// <summary>The preimage and the payment hash that were checked to match; other values have to be checked.</summary>
    internal (string Preimage, string? Hash)? Checked { get; init; }

    /// <summary>Id of the settlement, without the preimage.</summary>
    public override string ToString() => "SettlementReport " + SettlementId;
}

/// <summary>A payment proof that is not a preimage of 64 lower-case hexadecimal digits, or does not match the payment hash. The value is not repeated.</summary>
public sealed class InvalidPreimageException : LightningOpsException
{
    /// <summary>Creates the failure for one settlement.</summary>
    /// <param name="settlementId">Id of the settlement.</param>
    public InvalidPreimageException(string settlementId)
        : base("invalid_preimage", "paymentProofValue of settlement " + settlementId + " is not a preimage of 64 lower-case hexadecimal digits", "Report the 32 bytes of the preimage as 64 lower-case hexadecimal digits.")
    {
        SettlementId = settlementId;
    }

    private InvalidPreimageException(string settlementId, string message)
        : base("preimage_mismatch", message, "Report the preimage that the payment revealed: its SHA-256 is the payment hash. Without it the payment is not proven.")
    {
        SettlementId = settlementId;
    }

    /// <summary>Id of the settlement.</summary>
    public string SettlementId { get; }

    /// <summary>The failure of a preimage that belongs to another payment hash (<c>preimage_mismatch</c>).</summary>
    /// <param name="settlementId">Id of the settlement.</param>
    public static InvalidPreimageException ForAnotherHash(string settlementId) =>
        new(settlementId, "paymentProofValue of settlement " + settlementId + " does not hash to its paymentHash");

    /// <summary>The failure of a preimage that belongs to another payment than its invoice (<c>preimage_mismatch</c>).</summary>
    internal static InvalidPreimageException ForAnotherPayment(string settlementId, string invoiceId) =>
        new(settlementId, "paymentProofValue of settlement " + settlementId + " does not hash to the paymentHash of invoice " + invoiceId);
}
