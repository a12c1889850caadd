using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.ControlPlane.Local.Tables;
using LightningOps.ControlPlane.Rules;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace LightningOps.ControlPlane.Postgres;

/// <summary>
/// Invoices and settlements of one transaction, read together and written together. An invoice that is read is
/// locked. If another transaction adds a settlement or invoice meanwhile, a constraint is violated and the whole
/// batch is read again. A batch that is expected to be new is not read; the constraints verify it.
/// </summary>
internal sealed class PostgresLedger : ILedgerStorage
{
    private const int MinCopied = 64;

    private const string InvoiceTypes =
        "invoice_id text, paywall_id text, owner_id text, amount_msats bigint, status text, payment_hash text, payment_request text, payment_proof_ref text, request_id text, created_at_ms bigint, updated_at_ms bigint, settled_at_ms bigint";

    private readonly NpgsqlConnection connection;
    private readonly bool isNew;
    private readonly Dictionary<string, Invoice?> invoices = new(StringComparer.Ordinal);
    private readonly HashSet<string> stored = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredSettlement> settlements = new(StringComparer.Ordinal);
    private readonly PaymentIndex<StoredSettlement> payments = new();
    private readonly List<StoredSettlement> added = [];
    private readonly HashSet<string> assumed = new(StringComparer.Ordinal);
    private readonly HashSet<string> changedIds = new(StringComparer.Ordinal);
    private readonly List<string> changed = [];

    /// <param name="connection">Connection of the transaction.</param>
    /// <param name="events">The events to apply; their existing records are read at once.</param>
    /// <param name="isNew">Whether no event is expected to be recorded. Nothing is read then, and <see cref="Write()" /> fails if one is.</param>
    public PostgresLedger(NpgsqlConnection connection, IReadOnlyList<SettlementEvent> events, bool isNew = false)
    {
        this.connection = connection;

        // No constraint detects a payment that is recorded, or reported, without its hash.
        var lacksHash = SettlementTable.LacksHash(connection, events);
        this.isNew = isNew && !lacksHash;
        if (this.isNew)
        {
            return;
        }

        ReadSettlements(events);
        if (lacksHash)
        {
            SettlementTable.ListByReference(connection, events.Select(PaymentIdentity.From).ToArray(), RealHash).ForEach(Keep);
        }

        ReadInvoices(events);
    }

    /// <inheritdoc/>
    public Invoice? FindInvoice(string invoiceId)
    {
        if (invoices.TryGetValue(invoiceId, out var invoice))
        {
            return invoice;
        }

        if (isNew)
        {
            assumed.Add(invoiceId);
        }
        else
        {
            ReadInvoices([invoiceId]);
            invoice = invoices[invoiceId];
        }

        return invoice;
    }

    /// <inheritdoc/>
    public void Put(Invoice invoice)
    {
        invoices[invoice.InvoiceId] = invoice;
        if (changedIds.Add(invoice.InvoiceId))
        {
            changed.Add(invoice.InvoiceId);
        }
    }

    /// <inheritdoc/>
    public StoredSettlement? Find(StoredSettlement reported)
    {
        return settlements.TryGetValue(reported.Settlement.SettlementId, out var known) ? known : payments.Find(PaymentIdentity.From(reported));
    }

    /// <inheritdoc/>
    public StoredSettlement? FindOrAdd(StoredSettlement reported)
    {
        if (Find(reported) is { } known)
        {
            return known;
        }

        Keep(reported);
        added.Add(reported);
        return null;
    }

    /// <summary>Writes the added and changed records.</summary>
    /// <exception cref="PostgresException">One of them is recorded: another transaction added it first, or it was
    /// wrongly expected to be new.</exception>
    /// <exception cref="StoreConflictException">As above.</exception>
    public void Write()
    {
        if (!assumed.IsSubsetOf(changedIds))
        {
            // No constraint detects an existing invoice that was assumed new and is not written.
            throw new StoreConflictException();
        }

        WriteSettlements();
        WriteInvoices(changed.Where(id => !stored.Contains(id)).ToArray(), isNew: true);
        WriteInvoices(changed.Where(stored.Contains).ToArray(), isNew: false);
    }

    private void Keep(StoredSettlement settlement)
    {
        settlements[settlement.Settlement.SettlementId] = settlement;
        payments.Add(PaymentIdentity.From(settlement), settlement);
    }

    private void ReadSettlements(IReadOnlyList<SettlementEvent> events)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var hashes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var told in events)
        {
            if (told.SettlementId is { } id)
            {
                ids.Add(id);
            }

            if (GetPayment(told) is { } payment)
            {
                hashes.Add(payment);
            }
        }

        if (ids.Count == 0)
        {
            return;
        }

        // Repeats the condition of the partial index, so that the index is used.
        var known = connection.Rows(
            SettlementTable.Read,
            "SELECT " + SettlementTable.Columns + " FROM settlements WHERE settlement_id = ANY(@ids) UNION SELECT " + SettlementTable.Columns
            + " FROM settlements WHERE payment_hash = ANY(@hashes) AND " + RealHash,
            ("@ids", ids.ToArray()),
            ("@hashes", hashes.ToArray()));
        known.ForEach(Keep);
    }

    /// <summary>Condition for a real payment hash, as in the partial index.</summary>
    internal const string RealHash = "length(payment_hash) = 64 AND payment_hash = lower(payment_hash) AND translate(payment_hash, '0123456789abcdef', '') = ''";

    // A report without a hash gets the hash of its preimage.
    private static string? GetPayment(SettlementEvent told) =>
        PaymentHashText.Normalize(told.Report?.PaymentHash ?? told.Record?.PaymentHash)
            ?? (told.Report is { PaymentHash: null } report ? PaymentHashText.FromPreimage(report.PaymentProofValue.Trim()) : null);

    private void ReadInvoices(IReadOnlyList<SettlementEvent> events)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var told in events)
        {
            if (told.InvoiceId is { } id)
            {
                ids.Add(id);
            }
        }

        foreach (var settlement in settlements.Values)
        {
            if (settlement.Settlement.InvoiceId is { } id)
            {
                ids.Add(id);
            }
        }

        ReadInvoices(ids);
    }

    // Locked in a fixed order, so that two batches wait for each other instead of deadlocking.
    private void ReadInvoices(IReadOnlyCollection<string> ids)
    {
        if (ids.Count == 0)
        {
            return;
        }

        foreach (var id in ids)
        {
            invoices[id] = null;
        }

        foreach (var invoice in connection.Rows(
            InvoiceTable.Read,
            "SELECT " + InvoiceTable.Columns + " FROM invoices WHERE invoice_id = ANY(@ids) ORDER BY invoice_id FOR UPDATE",
            ("@ids", ids.ToArray())))
        {
            invoices[invoice.InvoiceId] = invoice;
            stored.Add(invoice.InvoiceId);
        }
    }

    private void WriteSettlements()
    {
        if (added.Count == 0)
        {
            return;
        }

        // New records are copied straight into their table. One that exists by now violates a constraint, and nothing of the part is
        // recorded.
        if (added.Count >= MinCopied)
        {
            Copy("settlements", SettlementTable.Columns, added, WriteRow);
        }
        else if (added.Sum(AddOne) != added.Count)
        {
            throw new StoreConflictException();
        }
    }

    private int AddOne(StoredSettlement reported)
    {
        var settlement = reported.Settlement;
        return connection.Run(
            "INSERT INTO settlements (" + SettlementTable.Columns + ") VALUES (@id, @paywall, @owner, @invoice, @amount, @proof, @request, @metadata, @created, @hash, @task, @route) ON CONFLICT DO NOTHING",
            ("@id", settlement.SettlementId),
            ("@paywall", settlement.PaywallId),
            ("@owner", settlement.OwnerId),
            ("@invoice", settlement.InvoiceId),
            ("@amount", settlement.AmountMsats),
            ("@proof", settlement.PaymentProofRef),
            ("@request", settlement.RequestId),
            ("@metadata", settlement.Metadata?.Value),
            ("@created", settlement.CreatedAtMs),
            ("@hash", reported.PaymentHash),
            ("@task", reported.TaskId),
            ("@route", reported.RouteId));
    }

    private static void WriteRow(NpgsqlBinaryImporter row, StoredSettlement reported)
    {
        var settlement = reported.Settlement;
        Write(row, settlement.SettlementId);
        Write(row, settlement.PaywallId);
        Write(row, settlement.OwnerId);
        Write(row, settlement.InvoiceId);
        row.Write(settlement.AmountMsats, NpgsqlDbType.Bigint);
        Write(row, settlement.PaymentProofRef);
        Write(row, settlement.RequestId);
        Write(row, settlement.Metadata?.Value);
        row.Write(settlement.CreatedAtMs, NpgsqlDbType.Bigint);
        Write(row, reported.PaymentHash);
        Write(row, reported.TaskId);
        Write(row, reported.RouteId);
    }

    private void WriteInvoices(IReadOnlyCollection<string> ids, bool isNew)
    {
        if (ids.Count == 0)
        {
            return;
        }

        var rows = ids.OrderBy(static id => id, isNew ? Comparer<string>.Create(static (_, _) => 0) : StringComparer.Ordinal).Select(id => invoices[id]!).ToList();
        if (isNew && rows.Count >= MinCopied)
        {
            Copy("invoices", InvoiceTable.Columns, rows, WriteRow);
            return;
        }

        var count = rows.Count < MinCopied
            ? rows.Sum(invoice => isNew ? AddOne(invoice) : ChangeOne(invoice))
            : Stage("staged_invoices", InvoiceTypes, InvoiceTable.Columns, rows, WriteRow).Run(
                "UPDATE invoices SET " + Assignments("staged.") + " FROM staged_invoices staged WHERE invoices.invoice_id = staged.invoice_id");
        if (count != rows.Count)
        {
            throw new StoreConflictException();
        }
    }

    private static string Assignments(string prefix) => string.Join(
        ", ",
        new[] { "paywall_id", "owner_id", "amount_msats", "status", "payment_hash", "payment_request", "payment_proof_ref", "request_id", "updated_at_ms", "settled_at_ms" }
            .Select(column => column + " = " + prefix + column));

    private static (string Name, object? Value)[] Values(Invoice invoice) =>
    [
        ("@invoice_id", invoice.InvoiceId),
        ("@paywall_id", invoice.PaywallId),
        ("@owner_id", invoice.OwnerId),
        ("@amount_msats", invoice.AmountMsats),
        ("@status", EnumColumn<InvoiceStatus>.ToText(invoice.Status)),
        ("@payment_hash", invoice.PaymentHash),
        ("@payment_request", invoice.PaymentRequest),
        ("@payment_proof_ref", invoice.PaymentProofRef),
        ("@request_id", invoice.RequestId),
        ("@created_at_ms", invoice.CreatedAtMs),
        ("@updated_at_ms", invoice.UpdatedAtMs),
        ("@settled_at_ms", invoice.SettledAtMs),
    ];

    private int AddOne(Invoice invoice) => connection.Run(
        "INSERT INTO invoices (" + InvoiceTable.Columns + ") VALUES (@" + InvoiceTable.Columns.Replace(", ", ", @") + ") ON CONFLICT DO NOTHING", Values(invoice));

    private int ChangeOne(Invoice invoice) => connection.Run("UPDATE invoices SET " + Assignments("@") + " WHERE invoice_id = @invoice_id", Values(invoice));

    private static void WriteRow(NpgsqlBinaryImporter row, Invoice invoice)
    {
        Write(row, invoice.InvoiceId);
        Write(row, invoice.PaywallId);
        Write(row, invoice.OwnerId);
        row.Write(invoice.AmountMsats, NpgsqlDbType.Bigint);
        Write(row, EnumColumn<InvoiceStatus>.ToText(invoice.Status));
        Write(row, invoice.PaymentHash);
        Write(row, invoice.PaymentRequest);
        Write(row, invoice.PaymentProofRef);
        Write(row, invoice.RequestId);
        row.Write(invoice.CreatedAtMs, NpgsqlDbType.Bigint);
        row.Write(invoice.UpdatedAtMs, NpgsqlDbType.Bigint);
        if (invoice.SettledAtMs is { } settledAtMs)
        {
            row.Write(settledAtMs, NpgsqlDbType.Bigint);
        }
        else
        {
            row.WriteNull();
        }
    }

    private NpgsqlConnection Stage<T>(string table, string types, string columns, IReadOnlyList<T> rows, Action<NpgsqlBinaryImporter, T> write)
    {
        connection.Run("CREATE TEMPORARY TABLE " + table + " (" + types + ") ON COMMIT DROP");
        Copy(table, columns, rows, write);
        return connection;
    }

    private void Copy<T>(string table, string columns, IReadOnlyList<T> rows, Action<NpgsqlBinaryImporter, T> write)
    {
        using var import = connection.BeginBinaryImport("COPY " + table + " (" + columns + ") FROM STDIN (FORMAT BINARY)");
        foreach (var row in rows)
        {
            import.StartRow();
            write(import, row);
        }

        import.Complete();
    }

    private static void Write(NpgsqlBinaryImporter row, string? value)
    {
        if (value is null)
        {
            row.WriteNull();
        }
        else
        {
            row.Write(value, NpgsqlDbType.Text);
        }
    }
}

/// <summary>Finds invoices and settlements for a preview.</summary>
internal sealed class PostgresLedgerReader(NpgsqlConnection connection) : ILedgerReader
{
    /// <inheritdoc/>
    public Invoice? FindInvoice(string invoiceId) => InvoiceTable.Find(connection, invoiceId);

    /// <inheritdoc/>
    public StoredSettlement? FindSettlement(string settlementId, PaymentIdentity payment) =>
        connection.FirstRow(SettlementTable.Read, "SELECT " + SettlementTable.Columns + " FROM settlements WHERE settlement_id = @id", ("@id", settlementId))
            ?? (payment.Hash is null ? null : connection.FirstRow(
                SettlementTable.Read,
                "SELECT " + SettlementTable.Columns + " FROM settlements WHERE payment_hash = @payment AND " + PostgresLedger.RealHash,
                ("@payment", payment.Hash)))
            ?? SettlementTable.FindByReference(connection, payment, PostgresLedger.RealHash);
}
