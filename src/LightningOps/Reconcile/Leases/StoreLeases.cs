using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Local;

namespace LightningOps.Reconcile.Leases;

/// <summary>Leases as rows of the local store, among all processes that use it.</summary>
public sealed class StoreLeases : ILeaseStore, IDisposable
{
    private readonly StoreFileConnection store;
    private readonly LeaseTable table;
    private readonly Func<int, bool> isAlive;

    /// <summary>Leases in a store; its file is opened at first use.</summary>
    /// <param name="options">Where the store is.</param>
    public StoreLeases(LocalStoreOptions options)
        : this(options, ProcessIdentity.IsAlive)
    {
    }

    internal StoreLeases(LocalStoreOptions options, Func<int, bool> isAlive)
        : this(new StoreFileConnection(options), new LeaseTable("gateway_leases"), isAlive)
    {
    }

    /// <param name="store">The store; disposed with this.</param>
    /// <param name="table">Where in it.</param>
    /// <param name="isAlive">Whether a process of this machine still runs.</param>
    internal StoreLeases(StoreFileConnection store, LeaseTable table, Func<int, bool> isAlive)
    {
        this.store = store;
        this.table = table;
        this.isAlive = isAlive;
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<LeaseHolder?> TryTakeAsync(LeaseHolder claim, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                var holder = table.Find(connection, claim.Gateway);
                if (!LeaseRules.MayTake(holder, claim, isAlive))
                {
                    return holder;
                }

                table.Put(connection, claim);
                return null;
            },
            cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<bool> RenewAsync(LeaseHolder holder, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => table.Renew(connection, holder), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task ReleaseAsync(LeaseHolder holder, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                table.Remove(connection, holder);
                return true;
            },
            cancellationToken);

    /// <summary>Closes the store; leases held run out.</summary>
    public void Dispose() => store.Dispose();
}
