using System.Threading;
using System.Threading.Tasks;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;

namespace LightningOps.Reconcile.Outbox;

/// <summary>The outbox of one control plane in a team's store; an entry is taken by one session only.</summary>
internal sealed class PostgresOutbox : IOutbox
{
    private readonly PostgresStore store;
    private readonly string target;
    private readonly System.TimeProvider time;

    /// <summary>The outbox of a control plane; the database is connected to at first use.</summary>
    /// <param name="options">The store.</param>
    /// <param name="target">The control plane, without a secret.</param>
    public PostgresOutbox(PostgresStoreOptions options, string target)
    {
        store = new PostgresStore(options);
        time = options.Time;
        this.target = target;
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task AddAsync(OutboxEntry entry, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => OutboxTable.Add(connection, target, entry, time.GetUtcNow().ToUnixTimeMilliseconds()), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<OutboxEntry?> DequeueAsync(long after, string gateway, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => OutboxTable.Dequeue(connection, target, after, gateway, " FOR UPDATE SKIP LOCKED"), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task RequeueAsync(OutboxEntry entry, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => OutboxTable.SetTaken(connection, entry, isTaken: false), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task RemoveAsync(OutboxEntry entry, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => OutboxTable.Remove(connection, entry), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task ForgetDeploymentAsync(string deploymentId, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => OutboxTable.Forget(connection, target, deploymentId), cancellationToken);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => store.Dispose();
}
