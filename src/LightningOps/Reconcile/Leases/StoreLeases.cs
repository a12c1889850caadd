using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Local;
using Microsoft.Data.Sqlite;

namespace LightningOps.Reconcile.Leases;

/// <summary>Leases as rows of the local store, among all processes that use it.</summary>
public sealed class StoreLeases : ILeaseStore, IDisposable
{
    private const string Columns = "gateway, token, request_id, host, process_id, process_space, since_ms, expires_at_ms";

    private readonly StoreFileConnection store;
    private readonly Func<int, bool> isAlive;

    /// <summary>Leases in a store; its file is opened at first use.</summary>
    /// <param name="options">Where the store is.</param>
    public StoreLeases(LocalStoreOptions options)
        : this(options, ProcessIdentity.IsAlive)
    {
    }

    internal StoreLeases(LocalStoreOptions options, Func<int, bool> isAlive)
    {
        store = new StoreFileConnection(options);
        this.isAlive = isAlive;
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<LeaseHolder?> TryTakeAsync(LeaseHolder claim, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                var holder = Find(connection, claim.Gateway);
                if (!LeaseRules.MayTake(holder, claim, isAlive))
                {
                    return holder;
                }

                Put(connection, claim);
                return null;
            },
            cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<bool> RenewAsync(LeaseHolder holder, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection => connection.Run(
                "UPDATE gateway_leases SET expires_at_ms = @expires WHERE gateway = @gateway AND token = @token",
                ("@expires", holder.ExpiresAtMs),
                ("@gateway", holder.Gateway),
                ("@token", holder.Token)) == 1,
            cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task ReleaseAsync(LeaseHolder holder, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection => connection.Run(
                "DELETE FROM gateway_leases WHERE gateway = @gateway AND token = @token",
                ("@gateway", holder.Gateway),
                ("@token", holder.Token)),
            cancellationToken);

    /// <summary>Closes the store; leases held run out.</summary>
    public void Dispose() => store.Dispose();

    private static LeaseHolder? Find(SqliteConnection connection, string gateway) =>
        connection.FirstRow(Read, "SELECT " + Columns + " FROM gateway_leases WHERE gateway = @gateway", ("@gateway", gateway));

    private static void Put(SqliteConnection connection, LeaseHolder holder) =>
        connection.Run(
            "INSERT OR REPLACE INTO gateway_leases (" + Columns + ") VALUES (@gateway, @token, @request, @host, @process, @space, @since, @expires)",
            ("@gateway", holder.Gateway),
            ("@token", holder.Token),
            ("@request", holder.RequestId),
            ("@host", holder.Host),
            ("@process", holder.ProcessId),
            ("@space", holder.ProcessSpace),
            ("@since", holder.SinceMs),
            ("@expires", holder.ExpiresAtMs));

    private static LeaseHolder Read(SqliteDataReader row) => new()
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
