using System.Collections.Generic;
using LightningOps.Paywalls;
using Microsoft.Data.Sqlite;

namespace LightningOps.ControlPlane.Local.Tables;

/// <summary>Settlements, in the order recorded; never their preimages.</summary>
internal static class SettlementTable
{
    private const string Columns =
        "settlement_id, paywall_id, owner_id, invoice_id, amount_msats, payment_proof_ref, request_id, metadata, created_at_ms, payment_hash, task_id, route_id";

    public static RecordedSettlement? Find(SqliteConnection connection, string settlementId) =>
        connection.FirstRow(Read, "SELECT " + Columns + " FROM settlements WHERE settlement_id = @id", ("@id", settlementId));

    public static IReadOnlyList<RecordedSettlement> List(SqliteConnection connection, SettlementQuery query)
    {
        var filter = new SqlFilter()
            .Where("settlement_id", query.SettlementId)
            .Where("paywall_id", query.PaywallId)
            .Where("owner_id", query.OwnerId);
        return connection.Rows(Read, filter.NewestOf("settlements", Columns, query.First), filter.Values);
    }

    public static void Add(SqliteConnection connection, RecordedSettlement recorded)
    {
        var settlement = recorded.Settlement;
        connection.Run(
            "INSERT INTO settlements (" + Columns + ") VALUES (@id, @paywall, @owner, @invoice, @amount, @proof, @request, @metadata, @created, @hash, @task, @route)",
            ("@id", settlement.SettlementId),
            ("@paywall", settlement.PaywallId),
            ("@owner", settlement.OwnerId),
            ("@invoice", settlement.InvoiceId),
            ("@amount", settlement.AmountMsats.Value),
            ("@proof", settlement.PaymentProofRef),
            ("@request", settlement.RequestId),
            ("@metadata", settlement.Metadata?.Value),
            ("@created", settlement.CreatedAtMs),
            ("@hash", recorded.PaymentHash),
            ("@task", recorded.TaskId),
            ("@route", recorded.RouteId));
    }

    private static RecordedSettlement Read(SqliteDataReader row) => new()
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
            Metadata = row.TextOrNull(7) is { } metadata ? new JsonText(metadata) : null,
            CreatedAtMs = row.GetInt64(8),
        },
        PaymentHash = row.TextOrNull(9),
        TaskId = row.TextOrNull(10),
        RouteId = row.TextOrNull(11),
    };
}
