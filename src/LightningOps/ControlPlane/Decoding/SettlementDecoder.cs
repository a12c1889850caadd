using LightningOps.Paywalls.Decoding;
using static LightningOps.ControlPlane.Decoding.RecordShape;

namespace LightningOps.ControlPlane.Decoding;

/// <summary>Reads invoices and settlements.</summary>
internal static class SettlementDecoder
{
    /// <summary>The texts of an invoice's state.</summary>
    public static EnumNames<InvoiceStatus> Statuses { get; } = new("INVOICE_LIFECYCLE_STATUS_");

    private static readonly RecordShape InvoiceShape = new(
        Text("invoiceId"),
        Text("paywallId"),
        Text("ownerId"),
        Integer("amountMsats"),
        Choice("status", Statuses),
        Text("paymentHash?"),
        Text("paymentRequest?"),
        Text("paymentProofRef?"),
        Text("requestId?"),
        Integer("createdAtMs"),
        Integer("updatedAtMs"),
        Integer("settledAtMs?"));

    private static readonly RecordShape SettlementShape = new(
        Text("settlementId"),
        Text("paywallId"),
        Text("ownerId"),
        Text("invoiceId?"),
        Integer("amountMsats"),
        Text("paymentProofRef"),
        Text("requestId?"),
        Raw("metadata?"),
        Integer("createdAtMs"));

    /// <summary>One invoice.</summary>
    public static Invoice ReadInvoice(ref JsonCursor cursor)
    {
        var members = InvoiceShape.Read(ref cursor);
        return new Invoice
        {
            InvoiceId = members.Text("invoiceId"),
            PaywallId = members.Text("paywallId"),
            OwnerId = members.Text("ownerId"),
            AmountMsats = members.Integer("amountMsats"),
            Status = members.Choice<InvoiceStatus>("status"),
            PaymentHash = members.TextOrNull("paymentHash"),
            PaymentRequest = members.TextOrNull("paymentRequest"),
            PaymentProofRef = members.TextOrNull("paymentProofRef"),
            RequestId = members.TextOrNull("requestId"),
            CreatedAtMs = members.Integer("createdAtMs"),
            UpdatedAtMs = members.Integer("updatedAtMs"),
            SettledAtMs = members.IntegerOrNull("settledAtMs"),
        };
    }

    /// <summary>One settlement.</summary>
    public static Settlement ReadSettlement(ref JsonCursor cursor)
    {
        var members = SettlementShape.Read(ref cursor);
        return new Settlement
        {
            SettlementId = members.Text("settlementId"),
            PaywallId = members.Text("paywallId"),
            OwnerId = members.Text("ownerId"),
            InvoiceId = members.TextOrNull("invoiceId"),
            AmountMsats = members.Integer("amountMsats"),
            PaymentProofRef = members.Text("paymentProofRef"),
            RequestId = members.TextOrNull("requestId"),
            Metadata = members.RawOrNull("metadata"),
            CreatedAtMs = members.Integer("createdAtMs"),
        };
    }
}
