using System.Data.Common;
using System.IO;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Json;
using LightningOps.Storage;

namespace LightningOps.Reconcile.Outbox;

/// <summary>The outbox of one control plane in the local store; several processes may use it at once.</summary>
internal sealed class StoreOutbox : IOutbox
{
    private readonly StoreFileConnection store;
    private readonly string path;
    private readonly string target;
    private readonly System.TimeProvider time;

    /// <summary>The outbox of a control plane; the store's file is made when something is kept.</summary>
    /// <param name="options">Where the store is.</param>
    /// <param name="target">Which control plane, without a secret: what one could not be told is not told another.</param>
    public StoreOutbox(LocalStoreOptions options, string target)
    {
        store = new StoreFileConnection(options);
        path = options.Path;
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
                    "INSERT INTO outbox (target, gateway, deployment_id, document, is_taken, created_at_ms) VALUES (@target, @gateway, @deployment, @document, 0, @created)",
                    ("@target", target),
                    ("@gateway", entry.Gateway),
                    ("@deployment", deploymentId),
                    ("@document", entry.Event is null ? ArtifactJson.Serialize(entry.Deployment) : ArtifactJson.Serialize(entry.Event)),
                    ("@created", time.GetUtcNow().ToUnixTimeMilliseconds()));
            },
            cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public async Task<OutboxEntry?> DequeueAsync(long after, string gateway, CancellationToken cancellationToken) =>
        !File.Exists(path)
            ? null
            : await store.WriteAsync(
                connection =>
                {
                    var next = connection.FirstRow(
                        Read,
                        "SELECT sequence, deployment_id, document FROM outbox WHERE target = @target AND sequence > @after AND is_taken = 0 AND (gateway IS NULL OR gateway = @gateway) ORDER BY sequence LIMIT 1",
                        ("@target", target),
                        ("@after", after),
                        ("@gateway", gateway));
                    if (next?.Event is not null)
                    {
                        connection.Run("UPDATE outbox SET is_taken = 1 WHERE sequence = @sequence", ("@sequence", next.Sequence));
                    }

                    return next;
                },
                cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task RequeueAsync(OutboxEntry entry, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => connection.Run("UPDATE outbox SET is_taken = 0 WHERE sequence = @sequence", ("@sequence", entry.Sequence)), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task RemoveAsync(OutboxEntry entry, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => connection.Run("DELETE FROM outbox WHERE sequence = @sequence", ("@sequence", entry.Sequence)), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task ForgetDeploymentAsync(string deploymentId, CancellationToken cancellationToken) =>
        !File.Exists(path)
            ? Task.CompletedTask
            : store.WriteAsync(connection => Forget(connection, deploymentId), cancellationToken);

    /// <summary>Closes the store.</summary>
    public void Dispose() => store.Dispose();

    private int Forget(DbConnection connection, string? deploymentId) =>
        deploymentId is null
            ? 0
            : connection.Run("DELETE FROM outbox WHERE target = @target AND deployment_id = @deployment", ("@target", target), ("@deployment", deploymentId));

    internal static OutboxEntry Read(DbDataReader row)
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
