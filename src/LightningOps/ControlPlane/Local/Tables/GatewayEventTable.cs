using System.Collections.Generic;
using System.Data.Common;
using LightningOps.Storage;

namespace LightningOps.ControlPlane.Local.Tables;

/// <summary>Gateway events, in the order recorded.</summary>
internal static class GatewayEventTable
{
    private const string Columns =
        "event_id, paywall_id, owner_id, event_type, level, request_id, deployment_id, config_hash, metadata, created_at_ms";

    public static IReadOnlyList<GatewayEvent> List(DbConnection connection, GatewayEventQuery query)
    {
        var filter = new SqlFilter().Where("deployment_id", query.DeploymentId).Where("request_id", query.RequestId);
        return connection.Rows(Read, filter.SelectNewest("gateway_events", Columns, query.First), filter.Values);
    }

    public static void Add(DbConnection connection, GatewayEvent recorded) =>
        connection.Run(
            "INSERT INTO gateway_events (" + Columns + ") VALUES (@id, @paywall, @owner, @type, @level, @request, @deployment, @hash, @metadata, @created)",
            ("@id", recorded.EventId),
            ("@paywall", recorded.PaywallId),
            ("@owner", recorded.OwnerId),
            ("@type", recorded.EventType),
            ("@level", EnumColumn<EventLevel>.ToText(recorded.Level)),
            ("@request", recorded.RequestId),
            ("@deployment", recorded.DeploymentId),
            ("@hash", recorded.ConfigHash),
            ("@metadata", recorded.Metadata?.Value),
            ("@created", recorded.CreatedAtMs));

    private static GatewayEvent Read(DbDataReader row) => new()
    {
        EventId = row.GetString(0),
        PaywallId = row.GetString(1),
        OwnerId = row.GetString(2),
        EventType = row.GetString(3),
        Level = EnumColumn<EventLevel>.Parse(row.GetString(4)),
        RequestId = row.TextOrNull(5),
        DeploymentId = row.TextOrNull(6),
        ConfigHash = row.TextOrNull(7),
        Metadata = row.TextOrNull(8) is { } metadata ? JsonText.From(metadata) : null,
        CreatedAtMs = row.GetInt64(9),
    };
}
