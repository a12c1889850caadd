using Microsoft.Data.Sqlite;

namespace LightningOps.ControlPlane.Local.Tables;

/// <summary>Invoices by id.</summary>
internal static class InvoiceTable
{
    private const string Columns =
        "invoice_id, paywall_id, owner_id, amount_msats, status, payment_hash, payment_request, payment_proof_ref, request_id, created_at_ms, updated_at_ms, settled_at_ms";

    public static Invoice? Find(SqliteConnection connection, string invoiceId) =>
        connection.FirstRow(Read, "SELECT " + Columns + " FROM invoices WHERE invoice_id = @id", ("@id", invoiceId));

    public static void Put(SqliteConnection connection, Invoice invoice) =>
        connection.Run(
            "INSERT OR REPLACE INTO invoices (" + Columns + ") VALUES (@id, @paywall, @owner, @amount, @status, @hash, @paymentRequest, @proof, @request, @created, @updated, @settled)",
            ("@id", invoice.InvoiceId),
            ("@paywall", invoice.PaywallId),
            ("@owner", invoice.OwnerId),
            ("@amount", invoice.AmountMsats.Value),
            ("@status", EnumColumn<InvoiceStatus>.ToText(invoice.Status)),
            ("@hash", invoice.PaymentHash),
            ("@paymentRequest", invoice.PaymentRequest),
            ("@proof", invoice.PaymentProofRef),
            ("@request", invoice.RequestId),
            ("@created", invoice.CreatedAtMs),
            ("@updated", invoice.UpdatedAtMs),
            ("@settled", invoice.SettledAtMs));

    private static Invoice Read(SqliteDataReader row) => new()
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
