using System.Data.Common;
using System.IO;
using System.Text.Json;
using LightningOps.ControlPlane;
using LightningOps.Json;
using LightningOps.Storage;

namespace LightningOps.Reconcile.Outbox;

/// <summary>The outbox entries of one control plane, in the local store or in a team's.</summary>
internal static class OutboxTable
{
    /// <summary>Adds an entry; an earlier one of the same deployment is removed.</summary>
    public static int Add(DbConnection connection, string target, OutboxEntry entry, long nowMs)
    {
        var deploymentId = entry.Deployment?.DeploymentId;
        Forget(connection, target, deploymentId);
        return connection.Run(
            "INSERT INTO outbox (target, gateway, deployment_id, document, is_taken, created_at_ms) VALUES (@target, @gateway, @deployment, @document, @taken, @created)",
            ("@target", target),
            ("@gateway", entry.Gateway),
            ("@deployment", deploymentId),
            ("@document", entry.Event is null ? ArtifactJson.Serialize(entry.Deployment) : ArtifactJson.Serialize(entry.Event)),
            ("@taken", false),
            ("@created", nowMs));
    }

    /// <summary>The next entry that no session has taken, or null; an event is taken.</summary>
    /// <param name="connection">The store.</param>
    /// <param name="target">The control plane.</param>
    /// <param name="after">Sequence of the previous entry.</param>
    /// <param name="gateway">The gateway of the entries; those of no gateway are included.</param>
    /// <param name="locking">Clause that locks the entry for other sessions; empty if a transaction does so by itself.</param>
    public static OutboxEntry? Dequeue(DbConnection connection, string target, long after, string gateway, string locking)
    {
        var next = connection.FirstRow(
            Read,
            "SELECT sequence, deployment_id, document FROM outbox WHERE target = @target AND sequence > @after AND is_taken = @taken AND (gateway IS NULL OR gateway = @gateway) ORDER BY sequence LIMIT 1" + locking,
            ("@target", target),
            ("@after", after),
            ("@taken", false),
            ("@gateway", gateway));
        if (next?.Event is not null)
        {
            SetTaken(connection, next, isTaken: true);
        }

        return next;
    }

    /// <summary>Marks an entry as taken, or returns it.</summary>
    public static int SetTaken(DbConnection connection, OutboxEntry entry, bool isTaken) =>
        connection.Run("UPDATE outbox SET is_taken = @taken WHERE sequence = @sequence", ("@taken", isTaken), ("@sequence", entry.Sequence));

    /// <summary>Removes an entry.</summary>
    public static int Remove(DbConnection connection, OutboxEntry entry) =>
        connection.Run("DELETE FROM outbox WHERE sequence = @sequence", ("@sequence", entry.Sequence));

    /// <summary>Removes the entries of a deployment; null removes none.</summary>
    public static int Forget(DbConnection connection, string target, string? deploymentId) =>
        deploymentId is null
            ? 0
            : connection.Run("DELETE FROM outbox WHERE target = @target AND deployment_id = @deployment", ("@target", target), ("@deployment", deploymentId));

    private static OutboxEntry Read(DbDataReader row)
    {
        var document = row.GetString(2);
        try
        {
            return row.IsDBNull(1)
                ? new OutboxEntry { Sequence = row.GetInt64(0), Event = JsonSerializer.Deserialize<GatewayEventDraft>(document, ArtifactJson.Options) }
                : new OutboxEntry { Sequence = row.GetInt64(0), Deployment = JsonSerializer.Deserialize<DeploymentIntent>(document, ArtifactJson.Options) };
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException("The outbox contains an entry that is neither an event nor a deployment.", damaged);
        }
    }
}
