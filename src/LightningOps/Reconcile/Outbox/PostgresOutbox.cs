using System.Threading;
using System.Threading.Tasks;
using LightningOps.Json;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;
using Npgsql;

namespace LightningOps.Reconcile.Outbox;

/// <summary>The outbox of one control plane in a team's store; an entry is taken by one session only.</summary>
internal sealed class PostgresOutbox : IOutbox
{
    private readonly PostgresStore store;
    private readonly string target;
    private readonly System.TimeProvider time;

    /// <summary>The outbox of a control plane; the database is connected to at first use.</summary>
    /// <param name="options">Where the store is.</param>
    /// <param name="target">Which control plane, without a secret.</param>
    public PostgresOutbox(PostgresStoreOptions options, string target)
    {
        store = new PostgresStore(options);
        time = options.Time;
        this.target = target;
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task AddAsync(OutboxEntry entry, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                var deploymentId = entry.Deployment?.DeploymentId;
                Forget(connection, deploymentId);
                return connection.Run(
                    "INSERT INTO outbox (target, gateway, deployment_id, document, is_taken, created_at_ms) VALUES (@target, @gateway, @deployment, @document, false, @created)",
                    ("@target", target),
                    ("@gateway", entry.Gateway),
                    ("@deployment", deploymentId),
                    ("@document", entry.Event is null ? ArtifactJson.Serialize(entry.Deployment) : ArtifactJson.Serialize(entry.Event)),
                    ("@created", time.GetUtcNow().ToUnixTimeMilliseconds()));
            },
            cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<OutboxEntry?> DequeueAsync(long after, string gateway, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                var next = connection.FirstRow(
                    StoreOutbox.Read,
                    "SELECT sequence, deployment_id, document FROM outbox WHERE target = @target AND sequence > @after AND NOT is_taken AND (gateway IS NULL OR gateway = @gateway) ORDER BY sequence LIMIT 1 FOR UPDATE SKIP LOCKED",
                    ("@target", target),
                    ("@after", after),
                    ("@gateway", gateway));
                if (next?.Event is not null)
                {
                    connection.Run("UPDATE outbox SET is_taken = true WHERE sequence = @sequence", ("@sequence", next.Sequence));
                }

                return next;
            },
            cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task RequeueAsync(OutboxEntry entry, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => connection.Run("UPDATE outbox SET is_taken = false WHERE sequence = @sequence", ("@sequence", entry.Sequence)), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task RemoveAsync(OutboxEntry entry, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => connection.Run("DELETE FROM outbox WHERE sequence = @sequence", ("@sequence", entry.Sequence)), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task ForgetDeploymentAsync(string deploymentId, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => Forget(connection, deploymentId), cancellationToken);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => store.Dispose();

    private int Forget(NpgsqlConnection connection, string? deploymentId) =>
        deploymentId is null
            ? 0
            : connection.Run("DELETE FROM outbox WHERE target = @target AND deployment_id = @deployment", ("@target", target), ("@deployment", deploymentId));
}
