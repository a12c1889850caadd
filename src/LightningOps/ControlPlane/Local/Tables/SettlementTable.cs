using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Globalization;
using System.Linq;
using LightningOps.ControlPlane.Rules;
using LightningOps.Storage;

namespace LightningOps.ControlPlane.Local.Tables;

/// <summary>Settlements, in the order recorded; never their preimages.</summary>
internal static class SettlementTable
{
    public const string Columns =
        "settlement_id, paywall_id, owner_id, invoice_id, amount_msats, payment_proof_ref, request_id, metadata, created_at_ms, payment_hash, task_id, route_id";

    public static IReadOnlyList<StoredSettlement> List(DbConnection connection, SettlementQuery query)
    {
        var filter = new SqlFilter()
            .Where("settlement_id", query.SettlementId)
            .Where("paywall_id", query.PaywallId)
            .Where("owner_id", query.OwnerId)
            .Where("invoice_id", query.InvoiceId)
            .Where("payment_hash", query.PaymentHash)
            .Containing("metadata", query.TokenText)
            .Within("created_at_ms", query.SinceMs, query.UntilMs);
        return connection.Rows(Read, filter.SelectNewest("settlements", Columns, query.First), filter.Values);
    }

    /// <summary>The settlement of a payment that only the reference of its proof identifies, its own or the asked one; null when there is none.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="payment">The payment.</param>
    /// <param name="realHash">Condition of the store for a payment hash that is no name.</param>
    public static StoredSettlement? FindByReference(DbConnection connection, PaymentIdentity payment, string realHash) =>
        payment.References.Count == 0 ? null : ListByReference(connection, [payment], realHash) is { Count: > 0 } found ? found[0] : null;

    /// <summary>Settlements of payments that only the reference of a proof identifies, theirs or the asked one.</summary>
    public static List<StoredSettlement> ListByReference(DbConnection connection, IReadOnlyCollection<PaymentIdentity> payments, string realHash)
    {
        var found = new List<StoredSettlement>();

        // Recorded without a hash.
        var references = payments.SelectMany(static payment => payment.References).Distinct().ToArray();
        foreach (var part in Split(references))
        {
            found.AddRange(connection.Rows(Read, Select + "payment_hash IS NULL AND payment_proof_ref IN (" + part.Names + ")", part.Values));
        }

        // Asked without a hash. References to preimages have no index; a batch of such events reads the table once.
        var asked = payments.Where(static payment => payment.HasOnlyReference).Select(static payment => payment.References[0]).Distinct().ToArray();
        foreach (var part in Split(asked.Where(static reference => reference.StartsWith(PaymentIdentity.PreimagePrefix, StringComparison.Ordinal)).ToArray()))
        {
            found.AddRange(connection.Rows(Read, Select + "payment_proof_ref IN (" + part.Names + ") AND " + realHash, part.Values));
        }

        foreach (var reference in asked.Where(static reference => reference.StartsWith(PaymentIdentity.PaymentHashPrefix, StringComparison.Ordinal)))
        {
            var digits = reference.Substring(PaymentIdentity.PaymentHashPrefix.Length);
            found.AddRange(connection.Rows(Read, Select + realHash + " AND payment_hash >= @from AND payment_hash < @to", ("@from", digits), ("@to", digits + "g")));
        }

        return found;
    }

    /// <summary>Whether one of the events, or of the records, is a payment without its hash, so that references must be compared.</summary>
    public static bool LacksHash(DbConnection connection, IReadOnlyList<SettlementEvent> events) =>
        events.Any(static told => told.Record is { PaymentHash: null })
        || connection.Rows(static row => row.GetInt32(0), "SELECT 1 FROM settlements WHERE payment_hash IS NULL LIMIT 1").Count > 0;

    private const int MaxParameters = 500;

    private static string Select => "SELECT " + Columns + " FROM settlements WHERE ";

    private static IEnumerable<(string Names, (string Name, object? Value)[] Values)> Split(string[] texts)
    {
        for (var start = 0; start < texts.Length; start += MaxParameters)
        {
            var values = texts.Skip(start).Take(MaxParameters).Select(static (text, i) => ("@p" + i.ToString(CultureInfo.InvariantCulture), (object?)text)).ToArray();
            yield return (string.Join(", ", values.Select(static value => value.Item1)), values);
        }
    }

    public static StoredSettlement Read(DbDataReader row) => new()
    {
        Settlement = new Settlement
        {
            SettlementId = row.GetString(0),
            PaywallId = row.GetString(1),
            OwnerId = row.GetString(2),
            InvoiceId = row.TextOrNull(3),
            AmountMsats = row.GetInt64(4),
            PaymentProofRef = row.GetString(5),
            RequestId = row.TextOrNull(6),
            Metadata = row.TextOrNull(7) is { } metadata ? JsonText.From(metadata) : null,
            CreatedAtMs = row.GetInt64(8),
        },
        PaymentHash = row.TextOrNull(9),
        TaskId = row.TextOrNull(10),
        RouteId = row.TextOrNull(11),
    };
}
