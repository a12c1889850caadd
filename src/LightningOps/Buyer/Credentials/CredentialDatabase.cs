using System;
using System.Data.Common;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Leases;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;

namespace LightningOps.Buyer.Credentials;

/// <summary>The database of bought credentials: a file of this user, or a team's store.</summary>
/// <remarks>
/// Every method throws <see cref="StoreException" /> when the database cannot be used and <see
/// cref="StoreVersionException" /> when a newer module wrote it.
/// </remarks>
internal interface ICredentialDatabase : IDisposable
{
    /// <summary>Which process is buying for a host and scope.</summary>
    ILeaseStore Leases { get; }

    /// <summary>Reads one consistent state.</summary>
    Task<T> ReadAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken);

    /// <summary>Reads and writes in one transaction; nobody else writes meanwhile.</summary>
    Task<T> WriteAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken);

    /// <summary>A number that changes with each write to the store.</summary>
    ValueTask<long> ReadRevisionAsync(CancellationToken cancellationToken);
}

/// <summary>Bought credentials in a SQLite file.</summary>
internal sealed class CredentialFile : ICredentialDatabase
{
    private readonly StoreFileConnection store;
    private readonly StoreRevision revision;

    /// <param name="options">The file and how it is opened.</param>
    public CredentialFile(CredentialStoreOptions options)
    {
        store = new StoreFileConnection(
            new LocalStoreOptions { Path = options.Path, Time = options.Time, LockTimeout = options.LockTimeout, IsDurable = options.IsDurable },
            CredentialMigrations.Format);
        revision = new StoreRevision(store, options.Path, options.LookEvery);
        Leases = new StoreLeases(store, new LeaseTable("purchase_leases"), options.IsAlive);
    }

    /// <inheritdoc/>
    public ILeaseStore Leases { get; }

    /// <inheritdoc/>
    public Task<T> ReadAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken) => store.ReadAsync(work, cancellationToken);

    /// <inheritdoc/>
    public async Task<T> WriteAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await store.WriteAsync(work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            revision.Written();
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> ReadRevisionAsync(CancellationToken cancellationToken) => revision.ReadAsync(cancellationToken);

    public void Dispose()
    {
        revision.Dispose();
        store.Dispose();
    }
}

/// <summary>
/// Bought credentials in a team's store. Each write first increments one row, which blocks all other writers until it
/// ends. Between the checks of a purchase and its record no machine can buy the same credential or spend the same
/// budget.
/// </summary>
internal sealed class PostgresCredentials : ICredentialDatabase
{
    private readonly PostgresStore store;
    private readonly long lookEvery;
    private volatile Reading? last;
    private int writes;

    /// <param name="options">The store.</param>
    public PostgresCredentials(TeamCredentialOptions options)
    {
        store = new PostgresStore(options.Database);
        lookEvery = (long)(options.LookEvery.TotalSeconds * Stopwatch.Frequency);
        Leases = new PostgresLeases(store, "purchase_leases", options.IsAlive, ReferenceEquals(options.Database.Time, TimeProvider.System) ? null : options.Database.Time);
    }

    /// <inheritdoc/>
    public ILeaseStore Leases { get; }

    /// <inheritdoc/>
    public Task<T> ReadAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken) => store.ReadAsync(work, cancellationToken);

    /// <inheritdoc/>
    public async Task<T> WriteAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await store.WriteAsync(
                connection =>
                {
                    connection.Run("INSERT INTO credential_revision (only_one, revision) VALUES (1, 1) ON CONFLICT (only_one) DO UPDATE SET revision = credential_revision.revision + 1");
                    return work(connection);
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Increment(ref writes);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> ReadRevisionAsync(CancellationToken cancellationToken)
    {
        var now = Stopwatch.GetTimestamp();
        var known = Volatile.Read(ref writes);
        if (last is { } reading && reading.Writes == known && now - reading.At < lookEvery)
        {
            return reading.Revision;
        }

        var revision = await store.ReadAsync(static connection => connection.Integer("SELECT coalesce(max(revision), 0) FROM credential_revision"), cancellationToken).ConfigureAwait(false);
        last = new Reading(revision, now, known);
        return revision;
    }

    public void Dispose() => store.Dispose();

    /// <param name="Revision">Revision of the database.</param>
    /// <param name="At">Time before the query.</param>
    /// <param name="Writes">Number of own writes at that time.</param>
    private sealed record Reading(long Revision, long At, int Writes);
}

/// <summary>Bought credentials that the machines of a team share.</summary>
public sealed record TeamCredentialOptions
{
    /// <summary>The team's store.</summary>
    public required PostgresStoreOptions Database { get; init; }

    /// <summary>Returns the key: 32 bytes as 64 hex digits or base64. It is never stored in the database.</summary>
    public required Func<string> Key { get; init; }

    /// <summary>Source of the key, for messages; never the key itself.</summary>
    public required string KeyName { get; init; }

    /// <summary>Maximum delay until writes of other machines are seen while a credential is in memory.</summary>
    internal TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Whether a process of this machine is still running.</summary>
    internal Func<int, bool> IsAlive { get; init; } = ProcessIdentity.IsAlive;

    /// <summary>Source of the key; never the key itself.</summary>
    public override string ToString() => "TeamCredentialOptions { KeyName = " + KeyName + " }";
}
