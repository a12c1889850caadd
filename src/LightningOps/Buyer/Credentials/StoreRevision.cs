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
/// A number that is another once anybody has written to a store: what was read from it may be used while it is the same.
/// What this object's owner writes counts at once, what others write after a moment at most.
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
    /// <param name="lookEvery">How often to look at the file: a look costs more than all else of a request.</param>
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

    /// <summary>Says that the store was written to here.</summary>
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
        // The store makes its file when it is first written to, and never for a reader.
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

    /// <param name="Version">What the file said.</param>
    /// <param name="At">When it was about to be asked.</param>
    /// <param name="Writes">How often the store had been written to here by then.</param>
    private sealed record Reading(long Version, long At, int Writes);
}

/// <summary>
/// Tells cheaply whether anybody has written to a store: SQLite keeps a number that changes for a connection when
/// another one commits (https://www.sqlite.org/pragma.html#pragma_data_version).
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

    /// <summary>Watches a store that is there already, over a connection that writes nothing.</summary>
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

    /// <summary>A number that is another once somebody has written.</summary>
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
