using System;
using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;
using Npgsql;

namespace LightningOps.Leases;

/// <summary>
/// Leases as rows of a team's store, for several machines. They use the clock of the database. Each has a fence, one
/// higher than the last lease of its gateway. Taking one is a single statement.
/// </summary>
internal sealed class PostgresLeases : ILeaseStore, IBreakableLeases, IFencedLeases, IDisposable
{
    private const string Columns = "gateway, token, request_id, host, process_id, process_space, since_ms, expires_at_ms, fence";

    // One that expires in many days was written by a wrong clock and does not count.
    private const string MaxTimeLeftMs = "86400000";

    private const long DefaultTimeToLiveMs = 60_000;

    private readonly PostgresStore store;
    private readonly string table;
    private readonly bool ownsStore;
    private readonly Func<int, bool> isAlive;
    private readonly TimeProvider? clock;
    private readonly ConcurrentDictionary<string, (long Fence, long TimeToLiveMs)> taken = new(StringComparer.Ordinal);

    /// <summary>Leases in a store; the database is connected to at first use.</summary>
    /// <param name="options">The store.</param>
    public PostgresLeases(PostgresStoreOptions options)
        : this(options, ProcessIdentity.IsAlive, null)
    {
    }

    /// <param name="options">The store.</param>
    /// <param name="isAlive">Whether a process of this machine still runs.</param>
    /// <param name="clock">Stands in for the clock of the database; null for that clock.</param>
    internal PostgresLeases(PostgresStoreOptions options, Func<int, bool> isAlive, TimeProvider? clock)
        : this(new PostgresStore(options), "gateway_leases", isAlive, clock) => ownsStore = true;

    /// <param name="store">The store; its owner disposes it.</param>
    /// <param name="table">Its table.</param>
    /// <param name="isAlive">Whether a process of this machine still runs.</param>
    /// <param name="clock">Stands in for the clock of the database; null for that clock.</param>
    internal PostgresLeases(PostgresStore store, string table, Func<int, bool> isAlive, TimeProvider? clock)
    {
        this.store = store;
        this.table = table;
        this.isAlive = isAlive;
        this.clock = clock;
    }

    /// <inheritdoc/>
    public TimeSpan Margin { get; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public long GetFence(LeaseHolder holder) => taken.TryGetValue(holder.Token, out var lease) ? lease.Fence : 0;

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<LeaseHolder?> TryTakeAsync(LeaseHolder claim, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                // Only this machine can tell whether one of its processes ended. Its lease is identified by its token, so that no other is taken.
                var before = Find(connection, claim.Gateway);
                var ended = before is not null && LeaseRules.IsSameMachine(before, claim) && !isAlive(before.ProcessId) ? before.Token : null;
                var fence = connection.Rows(
                    static row => row.GetInt64(0),
                    "INSERT INTO " + table + " AS held (" + Columns + ") SELECT @gateway, @token, @request, @host, @process::integer, @space::text, now_ms, now_ms + @ttl, 1 FROM (SELECT " + NowMs + """
                     AS now_ms) clock
                    ON CONFLICT (gateway) DO UPDATE SET
                        token = excluded.token, request_id = excluded.request_id, host = excluded.host, process_id = excluded.process_id, process_space = excluded.process_space,
                        since_ms = excluded.since_ms, expires_at_ms = excluded.expires_at_ms, fence = held.fence + 1
                    WHERE held.token IS NULL OR held.token = excluded.token OR held.token = @ended::text
                        OR held.expires_at_ms <= excluded.since_ms OR held.expires_at_ms - excluded.since_ms >
                    """ + MaxTimeLeftMs + " RETURNING fence",
                    ("@gateway", claim.Gateway),
                    ("@token", claim.Token),
                    ("@request", claim.RequestId),
                    ("@host", claim.Host),
                    ("@process", claim.ProcessId),
                    ("@space", claim.ProcessSpace),
                    ("@ttl", claim.ExpiresAtMs - claim.SinceMs),
                    ("@ended", ended));
                if (fence.Count == 0)
                {
                    return Find(connection, claim.Gateway) ?? throw new StoreConflictException();
                }

                taken[claim.Token] = (fence[0], claim.ExpiresAtMs - claim.SinceMs);
                return null;
            },
            cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<bool> RenewAsync(LeaseHolder holder, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection => connection.Run(
                "UPDATE " + table + " SET expires_at_ms = " + NowMs + " + @ttl WHERE gateway = @gateway AND token = @token",
                ("@ttl", taken.TryGetValue(holder.Token, out var lease) ? lease.TimeToLiveMs : DefaultTimeToLiveMs),
                ("@gateway", holder.Gateway),
                ("@token", holder.Token)) == 1,
            cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task ReleaseAsync(LeaseHolder holder, CancellationToken cancellationToken)
    {
        taken.TryRemove(holder.Token, out _);
        return store.WriteAsync(connection => Free(connection, holder, string.Empty), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<LeaseHolder?> FindHolderAsync(LeaseHolder claim, CancellationToken cancellationToken) =>
        store.ReadAsync(
            connection =>
            {
                var now = connection.Integer("SELECT " + NowMs);
                return Find(connection, claim.Gateway) is { } holder && !LeaseRules.CanAcquire(holder, claim with { SinceMs = now }, isAlive) ? holder : null;
            },
            cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<bool> BreakAsync(LeaseHolder holder, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                Free(connection, holder, ", fence = fence + 1");
                return Find(connection, holder.Gateway) is null;
            },
            cancellationToken);

    /// <summary>Closes the connections; held leases expire.</summary>
    public void Dispose()
    {
        if (ownsStore)
        {
            store.Dispose();
        }
    }

    // The time of the statement, not of the beginning of the transaction, which may have waited.
    private string NowMs => clock is null
        ? "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
        : clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) + "::bigint";

    private int Free(NpgsqlConnection connection, LeaseHolder holder, string more) =>
        connection.Run(
            "UPDATE " + table + " SET token = NULL, expires_at_ms = NULL" + more + " WHERE gateway = @gateway AND token = @token",
            ("@gateway", holder.Gateway),
            ("@token", holder.Token));

    private LeaseHolder? Find(NpgsqlConnection connection, string gateway) =>
        connection.FirstRow(Read, "SELECT " + Columns + " FROM " + table + " WHERE gateway = @gateway AND token IS NOT NULL", ("@gateway", gateway));

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
        Fence = row.GetInt64(8),
    };
}
