using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.ControlPlane.Decoding;

/// <summary>Reads invoices and settlements.</summary>
internal static class SettlementDecoder
{
    private static readonly EnumNames<InvoiceStatus> Statuses = new("INVOICE_LIFECYCLE_STATUS_");

    private static readonly MemberNames InvoiceMembers = new(
        "invoiceId", "paywallId", "ownerId", "amountMsats", "status", "paymentHash?", "paymentRequest?", "paymentProofRef?",
        "requestId?", "createdAtMs", "updatedAtMs", "settledAtMs?");

    private static readonly MemberNames SettlementMembers = new(
        "settlementId", "paywallId", "ownerId", "invoiceId?", "amountMsats", "paymentProofRef", "requestId?", "metadata?", "createdAtMs");

    /// <summary>One invoice.</summary>
    public static Invoice ReadInvoice(ref JsonCursor cursor)
    {
        string id = string.Empty, paywall = string.Empty, owner = string.Empty;
        string? hash = null, paymentRequest = null, proof = null, request = null;
        InvoiceStatus status = default;
        long amount = 0, created = 0, updated = 0;
        long? settled = null;

        var scan = new MemberScan(InvoiceMembers);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            switch (scan.Current)
            {
                case 0: id = cursor.ReadText(); break;
                case 1: paywall = cursor.ReadText(); break;
                case 2: owner = cursor.ReadText(); break;
                case 3: amount = cursor.ReadInteger(); break;
                case 4: status = cursor.ReadEnum(Statuses); break;
                case 5: hash = cursor.ReadText(); break;
                case 6: paymentRequest = cursor.ReadText(); break;
                case 7: proof = cursor.ReadText(); break;
                case 8: request = cursor.ReadText(); break;
                case 9: created = cursor.ReadInteger(); break;
                case 10: updated = cursor.ReadInteger(); break;
                default: settled = cursor.ReadInteger(); break;
            }
        }

        return new Invoice
        {
            InvoiceId = id,
            PaywallId = paywall,
            OwnerId = owner,
            AmountMsats = amount,
            Status = status,
            PaymentHash = hash,
            PaymentRequest = paymentRequest,
            PaymentProofRef = proof,
            RequestId = request,
            CreatedAtMs = created,
            UpdatedAtMs = updated,
            SettledAtMs = settled,
        };
    }

    /// <summary>One settlement.</summary>
    public static Settlement ReadSettlement(ref JsonCursor cursor)
    {
        string id = string.Empty, paywall = string.Empty, owner = string.Empty, proof = string.Empty;
        string? invoice = null, request = null;
        JsonText? metadata = null;
        long amount = 0, created = 0;

        var scan = new MemberScan(SettlementMembers);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            switch (scan.Current)
            {
                case 0: id = cursor.ReadText(); break;
                case 1: paywall = cursor.ReadText(); break;
                case 2: owner = cursor.ReadText(); break;
                case 3: invoice = cursor.ReadText(); break;
                case 4: amount = cursor.ReadInteger(); break;
                case 5: proof = cursor.ReadText(); break;
                case 6: request = cursor.ReadText(); break;
                case 7: metadata = cursor.ReadRaw(); break;
                default: created = cursor.ReadInteger(); break;
            }
        }

        return new Settlement
        {
            SettlementId = id,
            PaywallId = paywall,
            OwnerId = owner,
            InvoiceId = invoice,
            AmountMsats = amount,
            PaymentProofRef = proof,
            RequestId = request,
            Metadata = metadata,
            CreatedAtMs = created,
        };
    }
}
