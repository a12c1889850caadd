using System;
using System.Data;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace LightningOps.Storage.Postgres;

/// <summary>
/// The connection to a team's store. Each operation is one transaction, repeated after a deadlock, a conflict or a
/// lost connection. If the connection broke during a commit, the server is asked whether it was committed. No session
/// state is kept, so that a pooler may give each transaction another session.
/// </summary>
internal sealed class PostgresStore : IDisposable
{
    private const int MaxConflicts = 100;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a cancelled call may take to end by itself.</summary>
    private static readonly TimeSpan LastAnswer = TimeSpan.FromSeconds(1);

    private readonly PostgresStoreOptions options;
    private readonly Lazy<NpgsqlDataSource> source;
    private readonly PostgresAddress address;
    private readonly SemaphoreSlim places;
    private volatile bool isKnown;

    /// <param name="options">The store. Nothing is opened yet.</param>
    /// <exception cref="ConfigException">The address cannot be used.</exception>
    public PostgresStore(PostgresStoreOptions options)
    {
        this.options = options;
        address = PostgresAddress.Parse(options.Connection, options.Environment);
        source = new Lazy<NpgsqlDataSource>(CreateSource);
        places = new SemaphoreSlim(Math.Max(1, address.Settings.MaxPoolSize));
    }

    /// <summary>Host, port and database.</summary>
    public string Name => address.Name;

    /// <summary>Reads one consistent state of the store.</summary>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    /// <exception cref="StoreVersionException">A newer module wrote it.</exception>
    public Task<T> ReadAsync<T>(Func<NpgsqlConnection, T> work, CancellationToken cancellationToken) =>
        RunAsync(work, isWrite: false, isAnySchema: false, cancellationToken);

    /// <summary>Reads and writes in one transaction. The work may run again, so it must change nothing except the store.</summary>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    /// <exception cref="StoreVersionException">A newer module wrote it.</exception>
    public Task<T> WriteAsync<T>(Func<NpgsqlConnection, T> work, CancellationToken cancellationToken) =>
        RunAsync(work, isWrite: true, isAnySchema: false, cancellationToken);

    /// <summary>Reads and writes with any version of the schema.</summary>
    public Task<T> ChangeSchemaAsync<T>(Func<NpgsqlConnection, T> work, CancellationToken cancellationToken) =>
        RunAsync(work, isWrite: true, isAnySchema: true, cancellationToken);

    /// <summary>A separate session for notifications; the caller disposes it.</summary>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public NpgsqlConnection OpenSession()
    {
        NpgsqlConnection? opened = null;
        try
        {
            // Keep-alive probes detect a lost peer.
            var settings = new NpgsqlConnectionStringBuilder(address.Settings.ConnectionString) { Pooling = false, KeepAlive = 10 };
            if (options.Password?.Invoke() is { } password)
            {
                settings.Password = password;
            }

            opened = new NpgsqlConnection(settings.ConnectionString);
            opened.Open();
            return opened;
        }
        catch (Exception failure) when (PostgresFailures.IsStoreFailure(failure))
        {
            opened?.Dispose();
            throw PostgresFailures.From(Name, failure);
        }
    }

    public void Dispose()
    {
        if (source.IsValueCreated)
        {
            // Through the interface, because the base class is in different assemblies on .NET and .NET Standard.
            ((IDisposable)source.Value).Dispose();
        }
    }

    private NpgsqlDataSource CreateSource()
    {
        var builder = new NpgsqlDataSourceBuilder(address.Settings.ConnectionString);
        if (options.Password is { } password && password() is not null)
        {
            string Ask(NpgsqlConnectionStringBuilder settings) => password() ?? string.Empty;
            builder.UsePasswordProvider(Ask, (settings, _) => new ValueTask<string>(Task.Run(() => Ask(settings))));
        }

        return builder.Build();
    }

    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, T> work, bool isWrite, bool isAnySchema, CancellationToken cancellationToken)
    {
        if (options.Patience is not { } patience)
        {
            return await RunInPlaceAsync(work, isWrite, isAnySchema, cancellationToken).ConfigureAwait(false);
        }

        if (patience.Outage is { } outage)
        {
            throw outage;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience.Limit);
        try
        {
            return await RunInPlaceAsync(work, isWrite, isAnySchema, limit.Token).ConfigureAwait(false);
        }
        catch (StoreException failure) when (failure.Code is "store_unreachable" or "store_outcome_unknown")
        {
            patience.Outage = failure;
            throw;
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            patience.Outage = PostgresFailures.TooLate(Name, late);
            throw patience.Outage;
        }
    }

    // More operations than connections wait here, without a thread and without the time limit of a connection.
    private async Task<T> RunInPlaceAsync<T>(Func<NpgsqlConnection, T> work, bool isWrite, bool isAnySchema, CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken).ConfigureAwait(false);
        var running = Task.Run(
            async () =>
            {
                try
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    return await Run(work, isWrite, isAnySchema, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    places.Release();
                }
            },
            CancellationToken.None);
        await WaitAsync(running, cancellationToken).ConfigureAwait(false);
        return await running.ConfigureAwait(false);
    }

    /// <summary>
    /// Waits for a call. A server that no longer answers does not notice a cancellation: its call is left to its time
    /// limit, and what it has not committed by then is undone.
    /// </summary>
    private static async Task WaitAsync(Task running, CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellationToken.Register(() => stopped.TrySetResult(true)))
        {
            if (await Task.WhenAny(running, stopped.Task).ConfigureAwait(false) == running)
            {
                return;
            }
        }

        if (await Task.WhenAny(running, Task.Delay(LastAnswer, CancellationToken.None)).ConfigureAwait(false) != running)
        {
            _ = running.ContinueWith(static left => left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private async Task<T> Run<T>(Func<NpgsqlConnection, T> work, bool isWrite, bool isAnySchema, CancellationToken cancellationToken)
    {
        var began = Stopwatch.StartNew();
        var pause = FirstPause;
        for (var conflicts = 0; ; )
        {
            try
            {
                return RunOnce(work, isWrite, isAnySchema, cancellationToken);
            }
            catch (Exception failure) when (failure is StoreConflictException || PostgresFailures.IsConflict(failure))
            {
                if (++conflicts > MaxConflicts || began.Elapsed > options.LockTimeout)
                {
                    throw PostgresFailures.From(Name, failure);
                }
            }
            catch (CommitUnknownException failure)
            {
                if (failure.Mark is { } mark && await AskOutcomeAsync(mark, began, failure, cancellationToken).ConfigureAwait(false))
                {
                    return (T)failure.Result!;
                }
            }
            catch (Exception failure) when (isKnown && PostgresFailures.IsLostConnection(failure) && began.Elapsed < options.LockTimeout)
            {
                NpgsqlConnection.ClearAllPools();
            }
            catch (Exception failure) when (PostgresFailures.IsStoreFailure(failure))
            {
                throw PostgresFailures.From(Name, failure);
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            pause = pause + pause > LongestPause ? LongestPause : pause + pause;
        }
    }

    private T RunOnce<T>(Func<NpgsqlConnection, T> work, bool isWrite, bool isAnySchema, CancellationToken cancellationToken)
    {
        using var connection = source.Value.OpenConnection();
        cancellationToken.ThrowIfCancellationRequested();
        if (!isKnown && !isAnySchema)
        {
            PostgresSchema.Check(connection, Name);
            isKnown = true;
        }

        using var transaction = connection.BeginTransaction(isWrite ? IsolationLevel.ReadCommitted : IsolationLevel.RepeatableRead);
        Begin(connection, isWrite);
        var result = work(connection);
        cancellationToken.ThrowIfCancellationRequested();

        // A change of the schema has no mark: it is repeated, and finds its steps applied. So is a transaction that wrote nothing.
        var mark = isWrite && !isAnySchema ? CommitMark.Write(connection, NewToken()) : null;
        try
        {
            transaction.Commit();
            return result;
        }
        catch (Exception failure) when (isWrite && PostgresFailures.IsLostConnection(failure))
        {
            throw new CommitUnknownException(mark, result, failure);
        }
    }

    private void Begin(NpgsqlConnection connection, bool isWrite)
    {
        var wait = ((long)options.LockTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        using var command = new NpgsqlCommand(
            "SET LOCAL search_path = " + PostgresSchema.Name + ", pg_temp; SET LOCAL lock_timeout = '" + wait + "ms'" + (isWrite ? string.Empty : "; SET LOCAL default_transaction_read_only = on"),
            connection);
        command.ExecuteNonQuery();
    }

    private Guid NewToken()
    {
        var bytes = new byte[16];
        options.Random.GetBytes(bytes);
        return new Guid(bytes);
    }

    /// <summary>Whether a transaction was committed although its connection broke.</summary>
    private async Task<bool> AskOutcomeAsync(CommitMark mark, Stopwatch began, Exception cause, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                NpgsqlConnection.ClearAllPools();
                using var connection = source.Value.OpenConnection();
                using var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
                Begin(connection, isWrite: true);
                var outcome = mark.Ask(connection);
                transaction.Commit();
                if (outcome is { } isCommitted)
                {
                    return isCommitted;
                }

                throw OutcomeUnknown(cause);
            }
            catch (Exception failure) when (PostgresFailures.IsStoreFailure(failure))
            {
                cause = failure;
            }

            if (began.Elapsed > options.LockTimeout)
            {
                throw OutcomeUnknown(cause);
            }

            await Task.Delay(LongestPause, cancellationToken).ConfigureAwait(false);
        }
    }

    private StoreException OutcomeUnknown(Exception cause) => new(
        "store_outcome_unknown", Name, "lost the connection while a change was committed: it is not known whether it was recorded",
        "Check the connection to the server, then look at the record before you repeat the command.", cause);

    private sealed class CommitUnknownException(CommitMark? mark, object? result, Exception inner) : Exception("The end of a transaction is not known.", inner)
    {
        public CommitMark? Mark => mark;

        public object? Result => result;
    }
}

/// <summary>Another transaction was first; the work runs again.</summary>
internal sealed class StoreConflictException() : Exception("Another transaction was first.");
