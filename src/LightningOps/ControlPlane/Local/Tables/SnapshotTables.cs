using System.Data.Common;
using System.IO;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;
using LightningOps.Storage;

namespace LightningOps.ControlPlane.Local.Tables;

/// <summary>The paywalls of deployments, each set stored once, and the gateways that are not reconciled.</summary>
internal static class SnapshotTables
{
    private const int MaxDeployments = 200;

    public static void Put(DbConnection connection, DeploymentSnapshot snapshot, long nowMs)
    {
        var paywalls = System.Text.Encoding.UTF8.GetBytes(ArtifactJson.Serialize(new { snapshot.Paywalls }));
        var hash = ConfigHash.Compute(paywalls).Value;
        connection.Run("INSERT INTO paywall_snapshots (snapshot_hash, paywalls) VALUES (@hash, @paywalls) ON CONFLICT (snapshot_hash) DO NOTHING", ("@hash", hash), ("@paywalls", paywalls));
        connection.Run(
            """
            INSERT INTO deployment_snapshots (deployment_id, gateway, config_hash, snapshot_hash, created_at_ms) VALUES (@id, @gateway, @config, @hash, @now)
            ON CONFLICT (deployment_id) DO UPDATE SET gateway = excluded.gateway, config_hash = excluded.config_hash, snapshot_hash = excluded.snapshot_hash, created_at_ms = excluded.created_at_ms
            """,
            ("@id", snapshot.DeploymentId),
            ("@gateway", snapshot.Gateway),
            ("@config", snapshot.ConfigHash),
            ("@hash", hash),
            ("@now", nowMs));
        connection.Run("DELETE FROM deployment_snapshots WHERE sequence <= (SELECT max(sequence) FROM deployment_snapshots) - @most", ("@most", MaxDeployments));
        connection.Run("DELETE FROM paywall_snapshots WHERE snapshot_hash NOT IN (SELECT snapshot_hash FROM deployment_snapshots)");
    }

    public static DeploymentSnapshot? Find(DbConnection connection, string deploymentId, string path) =>
        connection.FirstRow(
            row => new DeploymentSnapshot
            {
                DeploymentId = deploymentId,
                Gateway = row.GetString(0),
                ConfigHash = new ConfigHash(row.GetString(1)),
                CreatedAtMs = row.GetInt64(2),
                Paywalls = Read((byte[])row.GetValue(3), path),
            },
            """
            SELECT gateway, config_hash, created_at_ms, paywalls FROM deployment_snapshots
            JOIN paywall_snapshots ON paywall_snapshots.snapshot_hash = deployment_snapshots.snapshot_hash WHERE deployment_id = @id
            """,
            ("@id", deploymentId));

    public static void Suspend(DbConnection connection, ReconcileSuspension suspension) =>
        connection.Run(
            """
            INSERT INTO suspended_reconciles (gateway, deployment_id, who, since_ms) VALUES (@gateway, @deployment, @who, @since)
            ON CONFLICT (gateway) DO UPDATE SET deployment_id = excluded.deployment_id, who = excluded.who, since_ms = excluded.since_ms
            """,
            ("@gateway", suspension.Gateway),
            ("@deployment", suspension.DeploymentId),
            ("@who", suspension.Who),
            ("@since", suspension.SinceMs));

    public static bool Resume(DbConnection connection, string gateway) =>
        connection.Run("DELETE FROM suspended_reconciles WHERE gateway = @gateway", ("@gateway", gateway)) > 0;

    public static ReconcileSuspension? FindSuspension(DbConnection connection, string gateway) =>
        connection.FirstRow(
            row => new ReconcileSuspension(gateway, row.GetString(0), row.GetString(1), row.GetInt64(2)),
            "SELECT deployment_id, who, since_ms FROM suspended_reconciles WHERE gateway = @gateway",
            ("@gateway", gateway));

    private static System.Collections.Generic.IReadOnlyList<Paywall> Read(byte[] paywalls, string path)
    {
        using var content = new MemoryStream(paywalls);
        return PaywallSnapshot.ReadAsync(content, path, default).GetAwaiter().GetResult();
    }
}
