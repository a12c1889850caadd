using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Local;
using Microsoft.Data.Sqlite;

namespace LightningOps.L402.Credentials;

/// <summary>A number that is another once anybody has written to a store: what was read from it may be used while it is the same.</summary>
internal sealed class StoreRevision : IDisposable
{
    private readonly StoreFileConnection store;
    private readonly string path;
    private readonly object gate = new();
    private volatile StoreWatch? watch;
    private bool isDisposed;

    /// <param name="store">The store.</param>
    /// <param name="path">Its file.</param>
    public StoreRevision(StoreFileConnection store, string path)
    {
        this.store = store;
        this.path = path;
    }

    /// <exception cref="StoreException">The store cannot be used.</exception>
    public ValueTask<long> ReadAsync(CancellationToken cancellationToken)
    {
        if (watch is { } open)
        {
            return new ValueTask<long>(Version(open));
        }

        // Nobody else writes to a store in memory, and its connection counts what it changes itself.
        return path == StoreFileConnection.InMemory
            ? new ValueTask<long>(store.ReadAsync(connection => connection.Integer("SELECT total_changes()"), cancellationToken))
            : new ValueTask<long>(OpenAsync(cancellationToken));
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            watch?.Dispose();
        }
    }

    private async Task<long> OpenAsync(CancellationToken cancellationToken)
    {
        // The store makes its file when it is first written to, and never for a reader.
        await store.WriteAsync(connection => connection.Integer("PRAGMA user_version"), cancellationToken).ConfigureAwait(false);
        lock (gate)
        {
            if (isDisposed)
            {
                throw new ObjectDisposedException(nameof(CredentialStore));
            }

            return Version(watch ??= Guard(() => StoreWatch.Open(Path.GetFullPath(path))));
        }
    }

    private long Version(StoreWatch open) => Guard(open.Version);

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException failure)
        {
            throw StoreFailures.From(path, CredentialMigrations.Format, failure);
        }
    }
}
