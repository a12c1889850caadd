using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Linq;
using LightningOps.Storage;

namespace LightningOps.ControlPlane.Local.Tables;

/// <summary>Deployments, in the order of their first record.</summary>
internal static class DeploymentTable
{
    private const string Columns =
        "deployment_id, paywall_id, owner_id, config_hash, image_digest, status, diagnostics, metadata, request_id, applied_at_ms, rolled_back_from, created_at_ms, updated_at_ms";

    // A roll-out records the hash that it sent; a restore names the deployment it goes back to, without one.
    // A deployment that was only compiled has no correlation in its metadata
    // (docs/reference/gateway.md#deployment-metadata).
    private static readonly string WithJournal =
        "SELECT " + string.Join(", ", Columns.Split([", "], StringSplitOptions.None).Select(static column => "deployments." + column)) + """
        , deployments.sequence, journal.gateway AS gateway, journal.who AS who, journal.detail AS changes,
            CASE WHEN deployments.metadata IS NULL OR instr(deployments.metadata, '"correlation"') > 0 THEN 1 ELSE 0 END AS is_rollout
        FROM deployments LEFT JOIN journal ON journal.sequence = (
            SELECT max(entry.sequence) FROM journal AS entry WHERE entry.deployment_id = deployments.deployment_id AND entry.gateway IS NOT NULL AND entry.config_hash IS NOT NULL)
        """;

    public static Deployment? Find(DbConnection connection, string deploymentId) =>
        connection.FirstRow(Read, "SELECT " + Columns + " FROM deployments WHERE deployment_id = @id", ("@id", deploymentId));

    public static IReadOnlyList<Deployment> List(DbConnection connection, DeploymentQuery query)
    {
        var filter = new SqlFilter()
            .Where("deployment_id", query.DeploymentId)
            .Where("status", query.Status is { } status ? EnumColumn<DeploymentStatus>.ToText(status) : null)
            .Where("config_hash", query.ConfigHash)
            .Where("gateway", query.Gateway)
            .Where("who", query.Who)
            .Where("is_rollout", query.RolloutsOnly ? 1 : null)
            .Within("created_at_ms", query.SinceMs, query.UntilMs);
        return connection.Rows(ReadWithJournal, filter.SelectNewest("(" + WithJournal + ") AS listed", Columns + ", gateway, who, changes", query.First), filter.Values);
    }

    public static void Put(DbConnection connection, Deployment deployment) =>
        connection.Run(
            "INSERT INTO deployments (" + Columns + """
            ) VALUES (@id, @paywall, @owner, @hash, @digest, @status, @diagnostics, @metadata, @request, @applied, @rolledBackFrom, @created, @updated)
            ON CONFLICT (deployment_id) DO UPDATE SET
                paywall_id = excluded.paywall_id, owner_id = excluded.owner_id, config_hash = excluded.config_hash, image_digest = excluded.image_digest,
                status = excluded.status, diagnostics = excluded.diagnostics, metadata = excluded.metadata, request_id = excluded.request_id,
                applied_at_ms = excluded.applied_at_ms, rolled_back_from = excluded.rolled_back_from, updated_at_ms = excluded.updated_at_ms
            """,
            ("@id", deployment.DeploymentId),
            ("@paywall", deployment.PaywallId),
            ("@owner", deployment.OwnerId),
            ("@hash", deployment.ConfigHash),
            ("@digest", deployment.ImageDigest),
            ("@status", EnumColumn<DeploymentStatus>.ToText(deployment.Status)),
            ("@diagnostics", deployment.Diagnostics?.Value),
            ("@metadata", deployment.Metadata?.Value),
            ("@request", deployment.RequestId),
            ("@applied", deployment.AppliedAtMs),
            ("@rolledBackFrom", deployment.RolledBackFrom),
            ("@created", deployment.CreatedAtMs),
            ("@updated", deployment.UpdatedAtMs));

    private static Deployment ReadWithJournal(DbDataReader row) => Read(row) with { Gateway = row.TextOrNull(13), Who = row.TextOrNull(14), Changes = row.TextOrNull(15) };

    private static Deployment Read(DbDataReader row) => new()
    {
        DeploymentId = row.GetString(0),
        PaywallId = row.TextOrNull(1),
        OwnerId = row.TextOrNull(2),
        ConfigHash = new ConfigHash(row.GetString(3)),
        ImageDigest = row.TextOrNull(4),
        Status = EnumColumn<DeploymentStatus>.Parse(row.GetString(5)),
        Diagnostics = row.TextOrNull(6) is { } diagnostics ? JsonText.From(diagnostics) : null,
        Metadata = row.TextOrNull(7) is { } metadata ? JsonText.From(metadata) : null,
        RequestId = row.TextOrNull(8),
        AppliedAtMs = row.IntegerOrNull(9),
        RolledBackFrom = row.TextOrNull(10),
        CreatedAtMs = row.GetInt64(11),
        UpdatedAtMs = row.GetInt64(12),
    };
}
