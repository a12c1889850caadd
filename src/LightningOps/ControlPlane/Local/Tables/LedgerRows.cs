using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ControlPlane.Rules;
using LightningOps.Storage;
using Microsoft.Data.Sqlite;

namespace LightningOps.ControlPlane.Local.Tables;

/// <summary>
/// Invoices and settlements of one transaction. An invoice with several events is read once and written once, by <see
/// cref="WriteInvoices" />.
/// </summary>
internal sealed class LedgerRows : ILedgerStorage, IDisposable
{
    private readonly Dictionary<string, Invoice?> invoices = new(StringComparer.Ordinal);
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> payments = new(StringComparer.Ordinal);

    // Settlements that may be met by the reference of a proof; null if none of the events and of the records lacks a payment hash.
    private readonly PaymentIndex<StoredSettlement>? references;
    private readonly LedgerReader recorded;
    private readonly StoredStatement putInvoice;
    private readonly StoredStatement addSettlement;

    /// <param name="connection">Connection of the transaction.</param>
    /// <param name="events">The events to apply; their recorded payments are read at once.</param>
    public LedgerRows(SqliteConnection connection, IReadOnlyList<SettlementEvent> events)
    {
        ReadPayments(connection, events);
        references = ReadReferences(connection, events);
        recorded = new LedgerReader(connection);
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
    }

    public Invoice? FindInvoice(string invoiceId)
    {
        if (!invoices.TryGetValue(invoiceId, out var invoice))
        {
            invoice = recorded.FindInvoice(invoiceId);
            invoices.Add(invoiceId, invoice);
        }

        return invoice;
    }

    public void Put(Invoice invoice)
    {
        invoices[invoice.InvoiceId] = invoice;
        changed.Add(invoice.InvoiceId);
    }

    public StoredSettlement? Find(StoredSettlement reported) =>
        recorded.FindSettlement(reported.Settlement.SettlementId, PaymentHashText.Normalize(reported.PaymentHash)) ?? references?.Find(PaymentIdentity.From(reported));

    public StoredSettlement? FindOrAdd(StoredSettlement reported)
    {
        var settlement = reported.Settlement;
        var payment = PaymentHashText.Normalize(reported.PaymentHash);
        if (payment is not null && IsRecorded(payment))
        {
            return recorded.FindSettlement(settlement.SettlementId, payment);
        }

        if (references is not null && Find(reported) is { } known)
        {
            return known;
        }

        var added = addSettlement
            .Set(0, settlement.SettlementId)
            .Set(1, settlement.PaywallId)
            .Set(2, settlement.OwnerId)
            .Set(3, settlement.InvoiceId)
            .Set(4, settlement.AmountMsats)
            .Set(5, settlement.PaymentProofRef)
            .Set(6, settlement.RequestId)
            .Set(7, settlement.Metadata?.Value)
            .Set(8, settlement.CreatedAtMs)
            .Set(9, reported.PaymentHash)
            .Set(10, reported.TaskId)
            .Set(11, reported.RouteId)
            .Run();
        if (added == 0)
        {
            return recorded.FindSettlement(settlement.SettlementId, payment);
        }

        if (payment is not null)
        {
            payments[payment] = true;
        }

        references?.Add(PaymentIdentity.From(reported), reported);
        return null;
    }

    /// <summary>Writes the changed invoices, in the order of their first change.</summary>
    public void WriteInvoices()
    {
        foreach (var invoiceId in changed)
        {
            var invoice = invoices[invoiceId]!;
            putInvoice
                .Set(0, invoice.InvoiceId)
                .Set(1, invoice.PaywallId)
                .Set(2, invoice.OwnerId)
                .Set(3, invoice.AmountMsats)
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
        recorded.Dispose();
        putInvoice.Dispose();
        addSettlement.Dispose();
    }

    private bool IsRecorded(string payment) =>
        payments.TryGetValue(payment, out var isRecorded) ? isRecorded : payments[payment] = recorded.HasPayment(payment);

    private static PaymentIndex<StoredSettlement>? ReadReferences(SqliteConnection connection, IReadOnlyList<SettlementEvent> events)
    {
        if (!SettlementTable.LacksHash(connection, events))
        {
            return null;
        }

        var index = new PaymentIndex<StoredSettlement>();
        foreach (var settlement in SettlementTable.ListByReference(connection, events.Select(PaymentIdentity.From).ToArray(), LedgerReader.RealHash))
        {
            index.Add(PaymentIdentity.From(settlement), settlement);
        }

        return index;
    }

    // One query per batch: for a subquery in each INSERT, SQLite would keep its row in a temporary table.
    private void ReadPayments(SqliteConnection connection, IReadOnlyList<SettlementEvent> events)
    {
        foreach (var told in events)
        {
            if (PaymentHashText.Normalize(told.Report?.PaymentHash ?? told.Record?.PaymentHash) is { } payment)
            {
                payments[payment] = false;
            }
        }

        if (payments.Count > 0)
        {
            var known = connection.Rows(
                static row => row.GetString(0),
                "SELECT payment_hash FROM settlements WHERE payment_hash IS NOT NULL AND payment_hash IN (SELECT value FROM json_each(@payments))",
                ("@payments", "[\"" + string.Join("\",\"", payments.Keys) + "\"]"));
            known.ForEach(payment => payments[payment] = true);
        }
    }
}

/// <summary>Finds invoices and settlements of one transaction.</summary>
internal sealed class LedgerReader : ILedgerReader, IDisposable
{
    /// <summary>Condition for a payment hash that is no name.</summary>
    internal const string RealHash = "length(payment_hash) = 64 AND payment_hash NOT GLOB '*[^0-9a-f]*'";

    private readonly SqliteConnection connection;
    private readonly StoredStatement findInvoice;
    private readonly StoredStatement findSettlement;
    private readonly StoredStatement findPayment;

    public LedgerReader(SqliteConnection connection)
    {
        this.connection = connection;
        findInvoice = new StoredStatement(connection, "SELECT " + InvoiceTable.Columns + " FROM invoices WHERE invoice_id = @id", "@id");
        findSettlement = new StoredStatement(connection, "SELECT " + SettlementTable.Columns + " FROM settlements WHERE settlement_id = @id", "@id");
        findPayment = new StoredStatement(connection, "SELECT " + SettlementTable.Columns + " FROM settlements WHERE payment_hash = @payment", "@payment");
    }

    public Invoice? FindInvoice(string invoiceId) => findInvoice.Set(0, invoiceId).FirstRow(InvoiceTable.Read);

    public StoredSettlement? FindSettlement(string settlementId, PaymentIdentity payment) =>
        FindSettlement(settlementId, payment.Hash) ?? SettlementTable.FindByReference(connection, payment, RealHash);

    /// <summary>The settlement with an id, else with a payment hash; null when there is neither.</summary>
    public StoredSettlement? FindSettlement(string settlementId, string? paymentHash) =>
        findSettlement.Set(0, settlementId).FirstRow(SettlementTable.Read)
            ?? (paymentHash is null ? null : findPayment.Set(0, paymentHash).FirstRow(SettlementTable.Read));

    /// <summary>Whether a settlement with a payment hash exists.</summary>
    public bool HasPayment(string paymentHash) => findPayment.Set(0, paymentHash).FirstRow(SettlementTable.Read) is not null;

    public void Dispose()
    {
        findInvoice.Dispose();
        findSettlement.Dispose();
        findPayment.Dispose();
    }
}
