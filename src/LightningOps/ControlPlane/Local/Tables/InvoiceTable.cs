using System.Collections.Generic;
using System.Data.Common;
using LightningOps.Storage;

namespace LightningOps.ControlPlane.Local.Tables;

/// <summary>Invoices by id, in the order of their first record.</summary>
internal static class InvoiceTable
{
    public const string Columns =
        "invoice_id, paywall_id, owner_id, amount_msats, status, payment_hash, payment_request, payment_proof_ref, request_id, created_at_ms, updated_at_ms, settled_at_ms";

    public static Invoice? Find(DbConnection connection, string invoiceId) =>
        connection.FirstRow(Read, "SELECT " + Columns + " FROM invoices WHERE invoice_id = @id", ("@id", invoiceId));

    public static IReadOnlyList<Invoice> List(DbConnection connection, InvoiceQuery query, string order = "rowid")
    {
        var filter = new SqlFilter()
            .Where("invoice_id", query.InvoiceId)
            .Where("paywall_id", query.PaywallId)
            .Where("owner_id", query.OwnerId)
            .Where("status", query.Status is { } status ? EnumColumn<InvoiceStatus>.ToText(status) : null)
            .Where("payment_hash", query.PaymentHash)
            .Within("updated_at_ms", query.SinceMs, query.UntilMs);
        return connection.Rows(Read, filter.SelectNewest("invoices", Columns, query.First, order), filter.Values);
    }

    public static Invoice Read(DbDataReader row) => new()
    {
        InvoiceId = row.GetString(0),
        PaywallId = row.GetString(1),
        OwnerId = row.GetString(2),
        AmountMsats = row.GetInt64(3),
        Status = EnumColumn<InvoiceStatus>.Parse(row.GetString(4)),
        PaymentHash = row.TextOrNull(5),
        PaymentRequest = row.TextOrNull(6),
        PaymentProofRef = row.TextOrNull(7),
        RequestId = row.TextOrNull(8),
        CreatedAtMs = row.GetInt64(9),
        UpdatedAtMs = row.GetInt64(10),
        SettledAtMs = row.IntegerOrNull(11),
    };
}
