using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Data.Sqlite;
using Polly;
using Polly.Retry;

namespace LightningOps.Storage;

/// <summary>
/// The connection to one store's file. It is opened and migrated at first use, and created at the first write. One
/// operation runs at a time in this process; other processes are awaited through SQLite's own locks.
/// </summary>
internal sealed class StoreFileConnection : IDisposable
{
    /// <summary>The path of an in-memory store, which ends with its connection.</summary>
    public const string InMemory = ":memory:";

    private static readonly TimeSpan MaxSilentWait = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Lazy<ResiliencePipeline> patience;
    private readonly StoreOpening opening;
    private readonly string path;
    private readonly StoreFormat format;
    private SqliteConnection? connection;

    /// <param name="options">The file and how it is opened.</param>
    /// <param name="format">Kind of file; null for the control plane's store.</param>
    public StoreFileConnection(LocalStoreOptions options, StoreFormat? format = null)
    {
        path = options.Path;
        this.format = format ?? StoreFormat.ControlPlane;

        // SQLite waits within a statement, where it cannot be cancelled, so it waits only briefly and then again
        // here.
        opening = new StoreOpening(options, this.format, options.LockTimeout < MaxSilentWait ? options.LockTimeout : MaxSilentWait);
        patience = new Lazy<ResiliencePipeline>(() => BuildPatience(options));
    }

    /// <summary>Reads one consistent state of the store. A missing store is empty.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        RunAsync(work, deferred: true, cancellationToken);

    /// <summary>Reads and writes in one transaction; no other process writes meanwhile.</summary>
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
            return await TryOnceAsync(work, deferred, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (StoreFailures.IsStoreFailure(failure))
        {
            throw StoreFailures.From(path, format, failure);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<T> TryOnceAsync<T>(Func<SqliteConnection, T> work, bool deferred, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => RunOnce(work, deferred, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (SqliteException failure) when (StoreFailures.IsLocked(failure))
        {
            return await RepeatAsync(failure, work, deferred, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Repeats while another process holds the lock; the failed first attempt counts as one. A free store has no
    /// overhead from the pipeline.
    /// </summary>
    private async Task<T> RepeatAsync<T>(SqliteException locked, Func<SqliteConnection, T> work, bool deferred, CancellationToken cancellationToken)
    {
        SqliteException? first = locked;
        return await patience.Value.ExecuteAsync(
            async token =>
            {
                if (Interlocked.Exchange(ref first, null) is { } failure)
                {
                    ExceptionDispatchInfo.Capture(failure).Throw();
                }

                return await Task.Run(() => RunOnce(work, deferred, token), token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static ResiliencePipeline BuildPatience(LocalStoreOptions options) =>
        new ResiliencePipelineBuilder { TimeProvider = options.Time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = Math.Max(1, (int)(options.LockTimeout.Ticks / MaxSilentWait.Ticks)),
                Delay = TimeSpan.FromMilliseconds(20),
                UseJitter = true,
                ShouldHandle = args => new ValueTask<bool>(args.Outcome.Exception is { } failure && StoreFailures.IsLocked(failure)),
            })
            .Build();

    private T RunOnce<T>(Func<SqliteConnection, T> work, bool deferred, CancellationToken cancellationToken)
    {
        using var missing = deferred && connection is null ? opening.Missing() : null;
        var opened = missing ?? (connection ??= opening.Open());
        cancellationToken.ThrowIfCancellationRequested();
        var transaction = opened.BeginTransaction(deferred);
        try
        {
            var result = work(opened);
            transaction.Commit();
            return result;
        }
        finally
        {
            EndTransaction(opened, transaction);
        }
    }

    /// <summary>
    /// Rolls back uncommitted changes. A commit on a full disk has rolled back already: SQLite then refuses the
    /// rollback, and the connection would keep a transaction that does not exist. The first failure is reported.
    /// </summary>
    private static void EndTransaction(SqliteConnection connection, SqliteTransaction transaction)
    {
        try
        {
            transaction.Dispose();
        }
        catch (SqliteException) when (connection.State == System.Data.ConnectionState.Open)
        {
            connection.Run("BEGIN");
            transaction.Dispose();
        }
    }
}
