using System;
using System.Data.Common;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Storage;
using Microsoft.Data.Sqlite;

namespace LightningOps.Leases;

/// <summary>Leases as rows of the local store, for all processes that use it.</summary>
internal sealed class StoreLeases : ILeaseStore, IBreakableLeases, IDisposable
{
    private readonly StoreFileConnection store;
    private readonly LeaseTable table;
    private readonly Func<int, bool> isAlive;

    /// <summary>Leases in a store; its file is opened at first use.</summary>
    /// <param name="options">The store.</param>
    public StoreLeases(LocalStoreOptions options)
        : this(options, ProcessIdentity.IsAlive)
    {
    }

    internal StoreLeases(LocalStoreOptions options, Func<int, bool> isAlive)
        : this(new StoreFileConnection(options), new LeaseTable("gateway_leases"), isAlive)
    {
    }

    /// <param name="store">The store; disposed with this object.</param>
    /// <param name="table">Its table.</param>
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
                if (!LeaseRules.CanAcquire(holder, claim, isAlive))
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

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<LeaseHolder?> FindHolderAsync(LeaseHolder claim, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => table.Find(connection, claim.Gateway) is { } holder && !LeaseRules.CanAcquire(holder, claim, isAlive) ? holder : null, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<bool> BreakAsync(LeaseHolder holder, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                table.Remove(connection, holder);
                return table.Find(connection, holder.Gateway) is null;
            },
            cancellationToken);

    /// <summary>Closes the store; held leases expire.</summary>
    public void Dispose() => store.Dispose();
}

/// <summary>Leases as rows of a table, which exists in several kinds of stores.</summary>
internal sealed class LeaseTable
{
    private const string Columns = "gateway, token, request_id, host, process_id, process_space, since_ms, expires_at_ms";

    private readonly string name;

    /// <param name="name">The table's name.</param>
    public LeaseTable(string name) => this.name = name;

    public LeaseHolder? Find(SqliteConnection connection, string gateway) =>
        connection.FirstRow(Read, "SELECT " + Columns + " FROM " + name + " WHERE gateway = @gateway", ("@gateway", gateway));

    public void Put(SqliteConnection connection, LeaseHolder holder) =>
        connection.Run(
            "INSERT OR REPLACE INTO " + name + " (" + Columns + ") VALUES (@gateway, @token, @request, @host, @process, @space, @since, @expires)",
            ("@gateway", holder.Gateway),
            ("@token", holder.Token),
            ("@request", holder.RequestId),
            ("@host", holder.Host),
            ("@process", holder.ProcessId),
            ("@space", holder.ProcessSpace),
            ("@since", holder.SinceMs),
            ("@expires", holder.ExpiresAtMs));

    /// <summary>Moves the end of a lease; false when it is no longer held.</summary>
    public bool Renew(SqliteConnection connection, LeaseHolder holder) =>
        connection.Run(
            "UPDATE " + name + " SET expires_at_ms = @expires WHERE gateway = @gateway AND token = @token",
            ("@expires", holder.ExpiresAtMs),
            ("@gateway", holder.Gateway),
            ("@token", holder.Token)) == 1;

    public void Remove(SqliteConnection connection, LeaseHolder holder) =>
        connection.Run(
            "DELETE FROM " + name + " WHERE gateway = @gateway AND token = @token",
            ("@gateway", holder.Gateway),
            ("@token", holder.Token));

    private static LeaseHolder Read(DbDataReader row) => new()
    {
        Gateway = row.GetString(0),
        Token = row.GetString(1),
        RequestId = row.GetString(2),
        Host = row.GetString(3),
        ProcessId = row.GetInt32(4),
        ProcessSpace = row.TextOrNull(5),
        SinceMs = row.GetInt64(6),
        ExpiresAtMs = row.GetInt64(7),
    };
}
