using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Linq;
using LightningOps.Buyer.Spending;
using LightningOps.L402;
using LightningOps.Leases;
using LightningOps.Payments;
using LightningOps.Storage;

namespace LightningOps.Buyer.Credentials;

/// <summary>Purchases as rows. Their secrets are encrypted.</summary>
internal sealed class PurchaseTable
{
    private const string Columns =
        "purchase_id, host, scope, request_id, payer, state, payment_hash, quoted_msats, reserved_msats, spent_msats, payment_id, proof_reference, code, "
        + "invoice_expires_at_ms, expires_at_ms, created_at_ms, updated_at_ms, spent_at_ms, owner_host, owner_process_id, owner_process_space, secret, fee_limit_msats, fee_msats, sent_at_ms, was_seen, node, earlier_payment_id, service";

    private const string Unfinished = "state IN ('paying', 'pending', 'unproven')";
    private const string Sendable = "state IN ('paid', 'rejected') AND (code IS NULL OR code NOT LIKE '%" + CredentialCodes.Replaced + "')";
    private const string Cost = "COALESCE(spent_msats, reserved_msats)";
    private const string Fee = "COALESCE(fee_msats, fee_limit_msats)";
    private const long Million = 1_000_000;

    private readonly Func<int, bool> isAlive;

    public PurchaseTable(Func<int, bool> isAlive) => this.isAlive = isAlive;

    /// <summary>The credential of a scope; an accepted one precedes a refused one.</summary>
    public Purchase? FindCredential(DbConnection connection, CredentialScope scope, SecretBox? box) => First(
        connection, box, "host = @host AND scope = @scope AND " + Sendable + " ORDER BY state = 'paid' DESC, sequence DESC", ("@host", scope.Host), ("@scope", scope.Scope));

    /// <summary>The credential of another path that has opened this path.</summary>
    public Purchase? FindOpened(DbConnection connection, CredentialScope scope, SecretBox? box) => First(
        connection,
        box,
        Sendable + " AND host = @host AND purchase_id = (SELECT purchase_id FROM opened_paths WHERE host = @host AND scope = @scope)",
        ("@host", scope.Host),
        ("@scope", scope.Scope));

    /// <summary>The newest accepted credential of a service.</summary>
    public Purchase? FindOfService(DbConnection connection, string host, string service, SecretBox? box) => First(
        connection, box, "host = @host AND service = @service AND state = 'paid' ORDER BY sequence DESC", ("@host", host), ("@service", service));

    /// <summary>Records that a credential of another path has opened this path.</summary>
    public void Open(DbConnection connection, CredentialScope scope, string purchaseId) =>
        connection.Run(
            "INSERT INTO opened_paths (host, scope, purchase_id) VALUES (@host, @scope, @id) ON CONFLICT (host, scope) DO UPDATE SET purchase_id = @id",
            ("@host", scope.Host),
            ("@scope", scope.Scope),
            ("@id", purchaseId));

    public Purchase? FindUnfinished(DbConnection connection, CredentialScope scope, SecretBox? box) =>
        First(connection, box, "host = @host AND scope = @scope AND " + Unfinished, ("@host", scope.Host), ("@scope", scope.Scope));

    /// <summary>An unfinished purchase of a service, for any path.</summary>
    public Purchase? FindUnfinishedOfService(DbConnection connection, string host, string service, SecretBox? box) =>
        First(connection, box, "host = @host AND service = @service AND " + Unfinished + " ORDER BY sequence", ("@host", host), ("@service", service));

    public Purchase? FindByPaymentKey(DbConnection connection, string paymentKey) =>
        First(connection, null, "payment_key = @key", ("@key", paymentKey));

    public Purchase? Find(DbConnection connection, string purchaseId, SecretBox? box) =>
        First(connection, box, "purchase_id = @id", ("@id", purchaseId));

    /// <summary>Purchases, newest first; without their secrets if no box is given to open them.</summary>
    public List<Purchase> List(DbConnection connection, PurchaseQuery query, SecretBox? box = null)
    {
        var filter = new SqlFilter().Where("host", query.Host).Where("scope", query.Scope);
        return connection.Rows(row => WithOutcome(Read(row, box)), filter.SelectNewest("purchases", Columns, query.First), filter.Values);
    }

    /// <summary>Number of unfinished purchases that may cost money.</summary>
    public int CountUnfinished(DbConnection connection) => (int)connection.Integer("SELECT count(*) FROM purchases WHERE " + Unfinished + " AND " + OfKind(isSimulated: false));

    /// <summary>Records a purchase that is about to be paid. A certainly failed purchase of the same invoice is restarted.</summary>
    public void Begin(DbConnection connection, string purchaseId, PurchaseDraft draft, byte[] secret, long nowMs) =>
        connection.Run(
            """
            INSERT INTO purchases (
                purchase_id, host, scope, request_id, payer, state, payment_key, payment_hash, quoted_msats, reserved_msats, fee_limit_msats, secret,
                invoice_expires_at_ms, expires_at_ms, created_at_ms, updated_at_ms, spent_at_ms, owner_host, owner_process_id, owner_process_space, service)
            VALUES (@id, @host, @scope, @request, @payer, 'paying', @key, @hash, @quoted, @reserved, @feeLimit, @secret, @invoiceExpires, @expires, @now, @now, @now, @ownerHost, @owner, @space, @service)
            ON CONFLICT (payment_key) DO UPDATE SET
                host = @host, scope = @scope, request_id = @request, payer = @payer, state = 'paying', quoted_msats = @quoted, reserved_msats = @reserved, fee_limit_msats = @feeLimit, secret = @secret, code = NULL,
                invoice_expires_at_ms = @invoiceExpires, expires_at_ms = @expires, updated_at_ms = @now, spent_at_ms = @now, owner_host = @ownerHost, owner_process_id = @owner, owner_process_space = @space,
                service = @service, sent_at_ms = NULL, was_seen = 0, node = NULL, earlier_payment_id = NULL
            """,
            ("@id", purchaseId),
            ("@host", draft.For.Host),
            ("@scope", draft.For.Scope),
            ("@request", draft.RequestId),
            ("@payer", draft.Payer),
            ("@key", draft.PaymentKey),
            ("@hash", draft.PaymentHash?.Hex),
            ("@quoted", draft.Quoted?.Value),
            ("@reserved", draft.Cost.Total.Value),
            ("@feeLimit", draft.Cost.FeeLimit.Value),
            ("@secret", secret),
            ("@invoiceExpires", draft.InvoiceExpiresAtMs),
            ("@expires", draft.ExpiresAtMs),
            ("@now", nowMs),
            ("@ownerHost", ProcessIdentity.Host),
            ("@owner", ProcessIdentity.Id),
            ("@space", ProcessIdentity.Space),
            ("@service", draft.Service));

    /// <summary>Records that a purchase is about to be sent to a wallet; false when this process may no longer send it.</summary>
    public bool Send(DbConnection connection, Purchase purchase, string? node, string? earlierPaymentId, long nowMs) =>
        connection.Run(
            "UPDATE purchases SET sent_at_ms = @now, node = @node, earlier_payment_id = @earlier, updated_at_ms = @now WHERE purchase_id = @id AND state = 'paying' AND sent_at_ms IS NULL AND spent_at_ms = @spent",
            ("@id", purchase.PurchaseId),
            ("@node", node),
            ("@earlier", earlierPaymentId),
            ("@spent", purchase.SpentAtMs),
            ("@now", nowMs)) == 1;

    /// <summary>Whether anything was sent to a wallet without its node being known.</summary>
    public bool HasHiddenNode(DbConnection connection, string payer) =>
        connection.Rows(row => row.GetInt64(0), "SELECT count(*) FROM (SELECT 1 FROM purchases WHERE payer = @payer AND sent_at_ms IS NOT NULL AND node IS NULL LIMIT 1) hidden", ("@payer", payer))[0] == 1;

    /// <summary>Records that the wallet has the payment of an unfinished purchase.</summary>
    public void See(DbConnection connection, string purchaseId) =>
        connection.Run("UPDATE purchases SET was_seen = 1 WHERE purchase_id = @id AND " + Unfinished, ("@id", purchaseId));

    /// <summary>The last purchase of a service that produced a credential.</summary>
    public Purchase? FindLastOfService(DbConnection connection, string host, string service, SecretBox? box) => First(
        connection, box, "host = @host AND service = @service AND state IN ('paid', 'rejected', 'invalid') ORDER BY sequence DESC", ("@host", host), ("@service", service));

    /// <summary>Makes a purchase the only credential of its scope.</summary>
    public void Settle(DbConnection connection, Purchase paid, byte[] secret, long nowMs)
    {
        connection.Run(
            "UPDATE purchases SET state = 'invalid', updated_at_ms = @now WHERE host = @host AND scope = @scope AND state = 'paid'",
            ("@host", paid.For.Host),
            ("@scope", paid.For.Scope),
            ("@now", nowMs));
        connection.Run(
            "UPDATE purchases SET state = 'paid', secret = @secret, spent_msats = @spent, fee_msats = @fee, payment_id = @payment, proof_reference = @proof, code = NULL, updated_at_ms = @now, spent_at_ms = @now WHERE purchase_id = @id",
            ("@id", paid.PurchaseId),
            ("@secret", secret),
            ("@spent", paid.Spent),
            ("@fee", paid.Fee),
            ("@payment", paid.PaymentId),
            ("@proof", paid.ProofReference),
            ("@now", nowMs));
    }

    /// <summary>Claims a single-use credential; false when another request has claimed it since it was read.</summary>
    public bool Claim(DbConnection connection, Purchase purchase, long nowMs) =>
        connection.Run(
            """
            UPDATE purchases SET state = 'rejected', code = CASE WHEN code IN (@delivering, @unknown, @again) THEN @again ELSE @sent END, updated_at_ms = @now, owner_host = @ownerHost, owner_process_id = @owner, owner_process_space = @space
            WHERE purchase_id = @id AND state = @state AND code IS NOT DISTINCT FROM @code AND updated_at_ms = @updated
            """,
            ("@id", purchase.PurchaseId),
            ("@sent", SingleUseCodes.Sent),
            ("@delivering", SingleUseCodes.Delivering),
            ("@unknown", SingleUseCodes.DeliveryUnknown),
            ("@again", SingleUseCodes.SentAgain),
            ("@state", EnumColumn<PurchaseState>.ToText(purchase.State)),
            ("@code", purchase.Code),
            ("@updated", purchase.UpdatedAtMs),
            ("@now", nowMs),
            ("@ownerHost", ProcessIdentity.Host),
            ("@owner", ProcessIdentity.Id),
            ("@space", ProcessIdentity.Space)) == 1;

    /// <summary>Moves a purchase from one of these states to another; false when it is in none of them.</summary>
    public bool Move(DbConnection connection, string purchaseId, PurchaseState[] from, PurchaseState to, string? code, long nowMs) =>
        connection.Run(
            "UPDATE purchases SET state = @to, code = @code, updated_at_ms = @now WHERE purchase_id = @id AND state IN (" + string.Join(", ", from.Select(state => "'" + EnumColumn<PurchaseState>.ToText(state) + "'")) + ")",
            ("@id", purchaseId),
            ("@to", EnumColumn<PurchaseState>.ToText(to)),
            ("@code", code),
            ("@now", nowMs)) == 1;

    /// <summary>Retires a lost credential, which stays rejected.</summary>
    public bool ReplaceLost(DbConnection connection, string purchaseId, long nowMs) =>
        connection.Run(
            "UPDATE purchases SET code = COALESCE(code || '_', '') || @replaced, updated_at_ms = @now WHERE purchase_id = @id AND state = 'rejected' AND (code IS NULL OR code IN (@accepted, @refused, @lost, @delivering, @unknown, @again))",
            ("@id", purchaseId),
            ("@replaced", CredentialCodes.Replaced),
            ("@accepted", CredentialCodes.NoLongerAccepted),
            ("@refused", SingleUseCodes.Refused),
            ("@lost", SingleUseCodes.NotDelivered),
            ("@delivering", SingleUseCodes.Delivering),
            ("@unknown", SingleUseCodes.DeliveryUnknown),
            ("@again", SingleUseCodes.SentAgain),
            ("@now", nowMs)) == 1;

    /// <summary>Retires a purchase and deletes its secret; its cost and its invoice stay.</summary>
    public void Remove(DbConnection connection, string purchaseId, long nowMs) =>
        connection.Run(
            "UPDATE purchases SET state = CASE state WHEN 'failed' THEN 'failed' ELSE 'removed' END, secret = NULL, updated_at_ms = @now WHERE purchase_id = @id",
            ("@id", purchaseId),
            ("@now", nowMs));

    /// <summary>Amounts spent. A payment that may still settle counts, however old it is.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="nowMs">The time, Unix milliseconds.</param>
    /// <param name="isSimulated">Whether of the wallets that move no money, or of the others.</param>
    public SpendingTotals Totals(DbConnection connection, long nowMs, bool isSimulated) =>
        new(SpentSince(connection, nowMs, SpendBudget.Hour, isSimulated), SpentSince(connection, nowMs, SpendBudget.Day, isSimulated));

    /// <summary>Amounts spent in the periods for which these limits have a budget. Nothing else is read.</summary>
    public SpendingTotals Totals(DbConnection connection, SpendLimits limits, long nowMs, bool isSimulated) =>
        new(limits.HourlyBudget is null ? 0 : SpentSince(connection, nowMs, SpendBudget.Hour, isSimulated), limits.DailyBudget is null ? 0 : SpentSince(connection, nowMs, SpendBudget.Day, isSimulated));

    /// <summary>The part of the money spent that was, or may be, for routing.</summary>
    public SpendingTotals Fees(DbConnection connection, long nowMs) =>
        new(SpentSince(connection, nowMs, SpendBudget.Hour, isSimulated: false, Fee), SpentSince(connection, nowMs, SpendBudget.Day, isSimulated: false, Fee));

    /// <summary>Money spent per host.</summary>
    public List<HostSpending> ByHost(DbConnection connection, long nowMs) =>
        connection.Rows(
            row => new HostSpending(row.GetString(0), Sum(row, 1), Sum(row, 3), (int)row.GetInt64(5)) { DayFeeMsats = Sum(row, 6) },
            "SELECT host, " + SumWhere("spent_at_ms > @hour OR " + Unfinished) + ", " + SumWhere("1 = 1") + ", count(*), " + SumWhere("1 = 1", Fee) + " FROM purchases "
                + "WHERE " + OfKind(isSimulated: false) + " AND state <> 'failed' AND (spent_at_ms > @day OR " + Unfinished + ") GROUP BY host ORDER BY host",
            ("@hour", nowMs - (long)SpendBudget.Hour.TotalMilliseconds),
            ("@day", nowMs - (long)SpendBudget.Day.TotalMilliseconds));

    // Two queries, each with its own index.
    private static decimal SpentSince(DbConnection connection, long nowMs, TimeSpan window, bool isSimulated, string cost = Cost)
    {
        var kind = OfKind(isSimulated) + " AND ";
        var since = ("@since", (object?)(nowMs - (long)window.TotalMilliseconds));
        return QuerySum(connection, cost, kind + "state <> 'failed' AND spent_at_ms > @since", since) + QuerySum(connection, cost, kind + Unfinished + " AND spent_at_ms <= @since", since);
    }

    private static string OfKind(bool isSimulated) => (isSimulated ? string.Empty : "NOT ") + SimulatedPayers.Condition;

    private static decimal QuerySum(DbConnection connection, string cost, string condition, (string Name, object? Value) value) =>
        connection.Rows(row => Sum(row, 0), "SELECT " + SumWhere("1 = 1", cost) + " FROM purchases WHERE " + condition, value)[0];

    // In two parts: SQLite fails when a sum of integers exceeds 64 bits, and amounts can be that large.
    private static string SumWhere(string condition, string cost = Cost) =>
        "CAST(COALESCE(SUM(CASE WHEN " + condition + " THEN " + cost + " / 1000000 END), 0) AS bigint), CAST(COALESCE(SUM(CASE WHEN " + condition + " THEN " + cost + " % 1000000 END), 0) AS bigint)";

    private static decimal Sum(DbDataReader row, int column) => ((decimal)row.GetInt64(column) * Million) + row.GetInt64(column + 1);

    private Purchase? First(DbConnection connection, SecretBox? box, string condition, params (string Name, object? Value)[] values) =>
        connection.FirstRow(row => Read(row, box), "SELECT " + Columns + " FROM purchases WHERE " + condition + " LIMIT 1", values);

    // What the code means once its process has ended.
    private static Purchase WithOutcome(Purchase purchase) =>
        purchase is { IsDeliveryUnknown: true, IsInProgress: false } ? purchase with { Code = SingleUseCodes.DeliveryUnknown } : purchase;

    private Purchase Read(DbDataReader row, SecretBox? box)
    {
        var state = EnumColumn<PurchaseState>.Parse(row.GetString(5));
        return new Purchase
        {
            PurchaseId = row.GetString(0),
            For = new CredentialScope(row.GetString(1), row.GetString(2)),
            RequestId = row.GetString(3),
            Payer = row.GetString(4),
            State = state,
            Hash = row.TextOrNull(6) is { } hash ? PaymentHash.Parse(hash) : null,
            Quoted = AmountOrNull(row, 7),
            Reserved = row.GetInt64(8),
            FeeLimit = row.GetInt64(22),
            Spent = AmountOrNull(row, 9),
            Fee = AmountOrNull(row, 23),
            PaymentId = row.TextOrNull(10),
            ProofReference = row.TextOrNull(11),
            Code = row.TextOrNull(12),
            InvoiceExpiresAtMs = row.IntegerOrNull(13),
            ExpiresAtMs = row.IntegerOrNull(14),
            CreatedAtMs = row.GetInt64(15),
            UpdatedAtMs = row.GetInt64(16),
            SpentAtMs = row.GetInt64(17),
            SentAtMs = row.IntegerOrNull(24),
            WasSeen = row.GetInt64(25) != 0,
            Node = row.TextOrNull(26),
            EarlierPaymentId = row.TextOrNull(27),
            Service = row.TextOrNull(28),
            IsInProgress = (state == PurchaseState.Paying || (state == PurchaseState.Rejected && row.TextOrNull(12) is SingleUseCodes.Sent or SingleUseCodes.Delivering or SingleUseCodes.SentAgain)) && MayStillRun(row.GetString(18), row.GetInt32(19), row.TextOrNull(20)),
            Secret = box is null || row.IsDBNull(21) ? null : PurchaseSecret.FromJson(box.Open((byte[])row.GetValue(21), row.GetString(0))),
        };
    }

    // Not known for another machine, so it may still run.
    private bool MayStillRun(string host, int processId, string? space) =>
        host != ProcessIdentity.Host || space != ProcessIdentity.Space || isAlive(processId);

    private static Msats? AmountOrNull(DbDataReader row, int column) => row.IntegerOrNull(column) is { } amount ? new Msats(amount) : null;
}
