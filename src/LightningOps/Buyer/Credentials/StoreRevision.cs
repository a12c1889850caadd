using System;
using System.Data.Common;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Storage;
using Microsoft.Data.Sqlite;

namespace LightningOps.Buyer.Credentials;

/// <summary>
/// A number that changes with each write to a store. Data that was read stays valid while it is the same. Own writes
/// count at once, writes of others after a short delay.
/// </summary>
internal sealed class StoreRevision : IDisposable
{
    private readonly StoreFileConnection store;
    private readonly string path;
    private readonly long lookEvery;
    private readonly object gate = new();
    private volatile StoreWatch? watch;
    private volatile Reading? last;
    private int writes;
    private bool isDisposed;

    /// <param name="store">The store.</param>
    /// <param name="path">Its file.</param>
    /// <param name="lookEvery">Interval for checking the file. A check costs more than the rest of a request.</param>
    public StoreRevision(StoreFileConnection store, string path, TimeSpan lookEvery)
    {
        this.store = store;
        this.path = path;
        this.lookEvery = (long)(lookEvery.TotalSeconds * Stopwatch.Frequency);
    }

    /// <exception cref="StoreException">The store cannot be used.</exception>
    public ValueTask<long> ReadAsync(CancellationToken cancellationToken)
    {
        // Nobody else writes to a store in memory.
        return path == StoreFileConnection.InMemory ? new ValueTask<long>(Volatile.Read(ref writes))
            : watch is { } open ? new ValueTask<long>(Read(open))
            : new ValueTask<long>(OpenAsync(cancellationToken));
    }

    /// <summary>Records an own write.</summary>
    public void Written() => Interlocked.Increment(ref writes);

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            watch?.Dispose();
        }
    }

    private long Read(StoreWatch open)
    {
        var now = Stopwatch.GetTimestamp();
        var known = Volatile.Read(ref writes);
        if (last is { } reading && reading.Writes == known && now - reading.At < lookEvery)
        {
            return reading.Version;
        }

        var version = Guard(open.Version);
        last = new Reading(version, now, known);
        return version;
    }

    private async Task<long> OpenAsync(CancellationToken cancellationToken)
    {
        // The store creates its file at the first write, never for a reader.
        await store.WriteAsync(connection => connection.Integer("PRAGMA user_version"), cancellationToken).ConfigureAwait(false);
        lock (gate)
        {
            if (isDisposed)
            {
                throw new ObjectDisposedException(nameof(CredentialStore));
            }

            return Read(watch ??= Guard(() => StoreWatch.Open(Path.GetFullPath(path))));
        }
    }

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

    /// <param name="Version">Version of the file.</param>
    /// <param name="At">Time before the query.</param>
    /// <param name="Writes">Number of own writes at that time.</param>
    private sealed record Reading(long Version, long At, int Writes);
}

/// <summary>
/// Detects cheaply whether a store was written to. SQLite keeps a number that changes for a connection when another
/// one commits (https://www.sqlite.org/pragma.html#pragma_data_version).
/// </summary>
internal sealed class StoreWatch : IDisposable
{
    private readonly object gate = new();
    private readonly SqliteConnection connection;
    private readonly DbCommand question;

    private StoreWatch(SqliteConnection connection)
    {
        this.connection = connection;
        question = connection.Statement("PRAGMA data_version");
        question.Prepare();
    }

    /// <summary>Watches an existing store over a connection that writes nothing.</summary>
    public static StoreWatch Open(string path)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            return new StoreWatch(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A number that changes with each write of another connection.</summary>
    public long Version()
    {
        lock (gate)
        {
            return (long)question.ExecuteScalar()!;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            question.Dispose();
            connection.Dispose();
        }
    }
}
