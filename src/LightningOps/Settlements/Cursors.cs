using System;
using System.Collections.Concurrent;
using System.Data.Common;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Settings;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;

namespace LightningOps.Settlements;

/// <summary>Stores the progress of importing gateway transactions into one control plane.</summary>
public interface ISettlementCursors : IDisposable
{
    /// <summary>Time up to which all settlements were imported, Unix milliseconds; null for none yet.</summary>
    Task<long?> FindAsync(string gateway, CancellationToken cancellationToken);

    /// <summary>Stores the time.</summary>
    Task SaveAsync(string gateway, long settledUntilMs, CancellationToken cancellationToken);
}

/// <summary>Cursors that last as long as the object.</summary>
internal sealed class MemorySettlementCursors : ISettlementCursors
{
    private readonly ConcurrentDictionary<string, long> cursors = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<long?> FindAsync(string gateway, CancellationToken cancellationToken) =>
        Task.FromResult<long?>(cursors.TryGetValue(gateway, out var found) ? found : null);

    /// <inheritdoc/>
    public Task SaveAsync(string gateway, long settledUntilMs, CancellationToken cancellationToken)
    {
        cursors[gateway] = settledUntilMs;
        return Task.CompletedTask;
    }

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }
}

/// <summary>Read-only access to other cursors.</summary>
/// <param name="inner">The cursors; disposed with this object.</param>
public sealed class ReadOnlySettlementCursors(ISettlementCursors inner) : ISettlementCursors
{
    /// <inheritdoc/>
    public Task<long?> FindAsync(string gateway, CancellationToken cancellationToken) => inner.FindAsync(gateway, cancellationToken);

    /// <summary>Stores nothing.</summary>
    public Task SaveAsync(string gateway, long settledUntilMs, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Closes the inner cursors.</summary>
    public void Dispose() => inner.Dispose();
}

/// <summary>Opens the cursors of a control plane. Only this class knows all kinds.</summary>
public static class SettlementCursors
{
    /// <summary>In Mock mode they are in memory, in Postgres mode in the database, else in the local store; nothing is opened yet.</summary>
    /// <param name="settings">Settings of the control plane.</param>
    /// <param name="environment">Current settings; they locate the local store.</param>
    /// <exception cref="ConfigException">The user has no data directory.</exception>
    public static ISettlementCursors Open(ControlPlaneSettings settings, OperatorEnvironment environment)
    {
        if (settings.Mode == ControlPlaneMode.Mock)
        {
            return new MemorySettlementCursors();
        }

        if (settings.Mode == ControlPlaneMode.Postgres)
        {
            return new PostgresSettlementCursors(ControlPlaneFactory.CreatePostgresOptions(settings, environment), ControlPlaneTarget.GetName(settings, string.Empty));
        }

        var store = new LocalStoreOptions { Path = settings.StorePath ?? StorePaths.DefaultStorePath(environment), Time = settings.Time };
        return new StoreSettlementCursors(store, ControlPlaneTarget.GetName(settings, store.Path));
    }

    /// <summary>The cursor of a gateway in a database, or null.</summary>
    internal static long? Find(DbConnection connection, string gateway, string target) =>
        connection.Rows(
            static row => (long?)row.GetInt64(0),
            "SELECT settled_until_ms FROM settlement_cursors WHERE gateway = @gateway AND target = @target",
            ("@gateway", gateway),
            ("@target", target)).FirstOrDefault();
}

/// <summary>Cursors of one control plane in the local store.</summary>
internal sealed class StoreSettlementCursors : ISettlementCursors
{
    private readonly StoreFileConnection store;
    private readonly string target;

    /// <summary>The cursors of a control plane; the store's file is created when one is saved.</summary>
    /// <param name="options">The store.</param>
    /// <param name="target">The control plane, without a secret.</param>
    public StoreSettlementCursors(LocalStoreOptions options, string target)
    {
        store = new StoreFileConnection(options);
        this.target = target;
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<long?> FindAsync(string gateway, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => SettlementCursors.Find(connection, gateway, target), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task SaveAsync(string gateway, long settledUntilMs, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection => connection.Run(
                "INSERT OR REPLACE INTO settlement_cursors (gateway, target, settled_until_ms) VALUES (@gateway, @target, @until)",
                ("@gateway", gateway),
                ("@target", target),
                ("@until", settledUntilMs)),
            cancellationToken);

    /// <summary>Closes the store.</summary>
    public void Dispose() => store.Dispose();
}

/// <summary>Cursors of one control plane in a team's store; a cursor only advances.</summary>
internal sealed class PostgresSettlementCursors : ISettlementCursors
{
    private readonly PostgresStore store;
    private readonly string target;

    /// <summary>The cursors of a control plane; the database is connected to at first use.</summary>
    /// <param name="options">The store.</param>
    /// <param name="target">The control plane, without a secret.</param>
    public PostgresSettlementCursors(PostgresStoreOptions options, string target)
    {
        store = new PostgresStore(options);
        this.target = target;
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<long?> FindAsync(string gateway, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => SettlementCursors.Find(connection, gateway, target), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task SaveAsync(string gateway, long settledUntilMs, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection => connection.Run(
                """
                INSERT INTO settlement_cursors (gateway, target, settled_until_ms) VALUES (@gateway, @target, @until)
                ON CONFLICT (gateway, target) DO UPDATE SET settled_until_ms = greatest(settlement_cursors.settled_until_ms, excluded.settled_until_ms)
                """,
                ("@gateway", gateway),
                ("@target", target),
                ("@until", settledUntilMs)),
            cancellationToken);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => store.Dispose();
}
