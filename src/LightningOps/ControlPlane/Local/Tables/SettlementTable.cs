using System.Collections.Generic;
using System.Data.Common;
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
