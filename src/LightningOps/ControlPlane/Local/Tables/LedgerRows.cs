using System;
using System.Collections.Generic;
using LightningOps.ControlPlane.Rules;
using LightningOps.Storage;
using Microsoft.Data.Sqlite;

namespace LightningOps.ControlPlane.Local.Tables;

/// <summary>
/// Invoices and settlements of one transaction. An invoice of which several events tell is read once and written once,
/// by <see cref="WriteInvoices"/>.
/// </summary>
internal sealed class LedgerRows : ILedgerStorage, IDisposable
{
    private readonly Dictionary<string, Invoice?> invoices = new(StringComparer.Ordinal);
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);
    private readonly StoredStatement findInvoice;
    private readonly StoredStatement putInvoice;
    private readonly StoredStatement addSettlement;
    private readonly StoredStatement findSettlement;

    public LedgerRows(SqliteConnection connection)
    {
        findInvoice = new StoredStatement(connection, "SELECT " + InvoiceTable.Columns + " FROM invoices WHERE invoice_id = @id", "@id");
        putInvoice = new StoredStatement(
            connection,
            "INSERT INTO invoices (" + InvoiceTable.Columns + """
            ) VALUES (@id, @paywall, @owner, @amount, @status, @hash, @paymentRequest, @proof, @request, @created, @updated, @settled)
            ON CONFLICT (invoice_id) DO UPDATE SET
                paywall_id = excluded.paywall_id, owner_id = excluded.owner_id, amount_msats = excluded.amount_msats, status = excluded.status,
                payment_hash = excluded.payment_hash, payment_request = excluded.payment_request, payment_proof_ref = excluded.payment_proof_ref,
                request_id = excluded.request_id, updated_at_ms = excluded.updated_at_ms, settled_at_ms = excluded.settled_at_ms
            """,
            "@id", "@paywall", "@owner", "@amount", "@status", "@hash", "@paymentRequest", "@proof", "@request", "@created", "@updated", "@settled");
        addSettlement = new StoredStatement(
            connection,
            "INSERT INTO settlements (" + SettlementTable.Columns + """
            ) VALUES (@id, @paywall, @owner, @invoice, @amount, @proof, @request, @metadata, @created, @hash, @task, @route)
            ON CONFLICT (settlement_id) DO NOTHING
            """,
            "@id", "@paywall", "@owner", "@invoice", "@amount", "@proof", "@request", "@metadata", "@created", "@hash", "@task", "@route");
        findSettlement = new StoredStatement(connection, "SELECT " + SettlementTable.Columns + " FROM settlements WHERE settlement_id = @id", "@id");
    }

    public Invoice? FindInvoice(string invoiceId)
    {
        if (!invoices.TryGetValue(invoiceId, out var invoice))
        {
            invoice = findInvoice.Set(0, invoiceId).FirstRow(InvoiceTable.Read);
            invoices.Add(invoiceId, invoice);
        }

        return invoice;
    }

    public void Put(Invoice invoice)
    {
        invoices[invoice.InvoiceId] = invoice;
        changed.Add(invoice.InvoiceId);
    }

    public StoredSettlement? FindOrAdd(StoredSettlement reported)
    {
        var settlement = reported.Settlement;
        var added = addSettlement
            .Set(0, settlement.SettlementId)
            .Set(1, settlement.PaywallId)
            .Set(2, settlement.OwnerId)
            .Set(3, settlement.InvoiceId)
            .Set(4, settlement.AmountMsats.Value)
            .Set(5, settlement.PaymentProofRef)
            .Set(6, settlement.RequestId)
            .Set(7, settlement.Metadata?.Value)
            .Set(8, settlement.CreatedAtMs)
            .Set(9, reported.PaymentHash)
            .Set(10, reported.TaskId)
            .Set(11, reported.RouteId)
            .Run();
        return added > 0 ? null : findSettlement.Set(0, settlement.SettlementId).FirstRow(SettlementTable.Read);
    }

    /// <summary>Writes the invoices that changed, in the order they first did.</summary>
    public void WriteInvoices()
    {
        foreach (var invoiceId in changed)
        {
            var invoice = invoices[invoiceId]!;
            putInvoice
                .Set(0, invoice.InvoiceId)
                .Set(1, invoice.PaywallId)
                .Set(2, invoice.OwnerId)
                .Set(3, invoice.AmountMsats.Value)
                .Set(4, EnumColumn<InvoiceStatus>.ToText(invoice.Status))
                .Set(5, invoice.PaymentHash)
                .Set(6, invoice.PaymentRequest)
                .Set(7, invoice.PaymentProofRef)
                .Set(8, invoice.RequestId)
                .Set(9, invoice.CreatedAtMs)
                .Set(10, invoice.UpdatedAtMs)
                .Set(11, invoice.SettledAtMs)
                .Run();
        }

        changed.Clear();
    }

    public void Dispose()
    {
        findInvoice.Dispose();
        putInvoice.Dispose();
        addSettlement.Dispose();
        findSettlement.Dispose();
    }
}
