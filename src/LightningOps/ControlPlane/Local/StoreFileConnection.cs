using System;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Data.Sqlite;
using Polly;
using Polly.Retry;

namespace LightningOps.ControlPlane.Local;

/// <summary>
/// The connection to one store's file: opened and migrated at first use, one piece of work at a time in this process,
/// waiting for other processes through SQLite's own locks.
/// </summary>
internal sealed class StoreFileConnection : IDisposable
{
    /// <summary>The path of a store that is gone with its connection.</summary>
    public const string InMemory = ":memory:";

    private static readonly TimeSpan LongestSilentWait = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ResiliencePipeline patience;
    private readonly TimeSpan silentWait;
    private readonly string path;
    private readonly StoreFormat format;
    private readonly bool isDurable;
    private SqliteConnection? connection;

    // The native library is found once a process; where the module's loader put it is not this class's concern.
    static StoreFileConnection() => SQLitePCL.Batteries_V2.Init();

    /// <param name="options">Where the file is and how it is opened.</param>
    /// <param name="format">What kind of file it is; null for the control plane's store.</param>
    public StoreFileConnection(LocalStoreOptions options, StoreFormat? format = null)
    {
        path = options.Path;
        this.format = format ?? StoreFormat.ControlPlane;
        isDurable = options.IsDurable;

        // SQLite waits within a statement, where it cannot be cancelled: briefly, and then here again.
        silentWait = options.LockTimeout < LongestSilentWait ? options.LockTimeout : LongestSilentWait;
        patience = new ResiliencePipelineBuilder { TimeProvider = options.Time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = Math.Max(1, (int)(options.LockTimeout.Ticks / LongestSilentWait.Ticks)),
                Delay = TimeSpan.FromMilliseconds(20),
                UseJitter = true,
                ShouldHandle = args => new ValueTask<bool>(args.Outcome.Exception is { } failure && StoreFailures.IsLocked(failure)),
            })
            .Build();
    }

    /// <summary>Reads; sees one state of the store throughout.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        RunAsync(work, deferred: true, cancellationToken);

    /// <summary>Reads and writes, all or nothing; no other process writes meanwhile.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        RunAsync(work, deferred: false, cancellationToken);

    public void Dispose()
    {
        connection?.Dispose();
        turn.Dispose();
    }

    private async Task<T> RunAsync<T>(Func<SqliteConnection, T> work, bool deferred, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await patience.ExecuteAsync(
                async token => await Task.Run(() => RunOnce(work, deferred, token), token).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (StoreFailures.IsOfStore(failure))
        {
            throw StoreFailures.From(path, format, failure);
        }
        finally
        {
            turn.Release();
        }
    }

    private T RunOnce<T>(Func<SqliteConnection, T> work, bool deferred, CancellationToken cancellationToken)
    {
        var opened = connection ??= Open();
        cancellationToken.ThrowIfCancellationRequested();
        using var transaction = opened.BeginTransaction(deferred);
        var result = work(opened);
        transaction.Commit();
        return result;
    }

    private SqliteConnection Open()
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = MakeFile(),
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = 1,
        };
        var opening = new SqliteConnection(settings.ConnectionString);
        try
        {
            opening.Open();
            opening.Run("PRAGMA busy_timeout = " + ((long)silentWait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
            StoreSchema.Check(opening, format, path);

            // Write-ahead log: readers and the writer do not wait for each other, and a killed process leaves the state
            // before its transaction. FULL: a settlement once answered for is on the disk, also when the power fails.
            opening.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = " + (isDurable ? "FULL" : "OFF") + "; PRAGMA foreign_keys = ON");
            StoreSchema.Migrate(opening, format);
            return opening;
        }
        catch
        {
            opening.Dispose();
            throw;
        }
    }

    private string MakeFile()
    {
        if (path == InMemory)
        {
            return path;
        }

        try
        {
            var file = Path.GetFullPath(path);
            StoreFile.EnsureExists(file);
            return file;
        }
        catch (Exception failure) when (StoreFailures.IsOfPath(failure))
        {
            throw StoreFailures.From(path, format, failure);
        }
    }
}
