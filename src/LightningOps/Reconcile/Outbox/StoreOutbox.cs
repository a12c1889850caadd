using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Storage;

namespace LightningOps.Reconcile.Outbox;

/// <summary>The outbox of one control plane in the local store; several processes may use it at once.</summary>
internal sealed class StoreOutbox : IOutbox
{
    private readonly StoreFileConnection store;
    private readonly string path;
    private readonly string target;
    private readonly System.TimeProvider time;

    /// <summary>The outbox of a control plane; the store's file is created when something is kept.</summary>
    /// <param name="options">The store.</param>
    /// <param name="target">The control plane, without a secret; records of one are never sent to another.</param>
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
        store.WriteAsync(connection => OutboxTable.Add(connection, target, entry, time.GetUtcNow().ToUnixTimeMilliseconds()), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public async Task<OutboxEntry?> DequeueAsync(long after, string gateway, CancellationToken cancellationToken) =>
        !File.Exists(path)
            ? null
            : await store.WriteAsync(connection => OutboxTable.Dequeue(connection, target, after, gateway, string.Empty), cancellationToken).ConfigureAwait(false);

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
        !File.Exists(path)
            ? Task.CompletedTask
            : store.WriteAsync(connection => OutboxTable.Forget(connection, target, deploymentId), cancellationToken);

    /// <summary>Closes the store.</summary>
    public void Dispose() => store.Dispose();
}
