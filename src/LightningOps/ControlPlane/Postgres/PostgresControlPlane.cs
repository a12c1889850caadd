using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Local.Tables;
using LightningOps.ControlPlane.Rules;
using LightningOps.Files;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;
using Npgsql;

namespace LightningOps.ControlPlane.Postgres;

/// <summary>
/// The control plane of a team: a PostgreSQL database for operators, runbooks and CI on many machines. The rules are
/// those of docs/reference/control-plane.md#store-rules; rules for every writer are constraints or triggers of the
/// schema.
/// </summary>
/// <remarks>
/// Every method also throws <see cref="StoreException"/> when the database cannot be used and
/// <see cref="StoreVersionException"/> when a newer module wrote it.
/// </remarks>
public sealed class PostgresControlPlane : SqlControlPlane, IControlPlane, IIngestPreview, IPaywallStore, IPaywallEditor, IChangeNotifier
{
    private const int MinNew = 64;
    private const int PartsToRead = 8;

    private readonly PostgresStore store;
    private readonly Uuid7 ids;
    private readonly PostgresChanges changes;
    private int partsToRead;

    /// <summary>Prepares the store; the database is connected to at first use.</summary>
    /// <param name="options">The file and how it is opened.</param>
    /// <exception cref="ConfigException">The address cannot be used.</exception>
    public PostgresControlPlane(PostgresStoreOptions options)
        : base(options.Time)
    {
        store = new PostgresStore(options);
        changes = new PostgresChanges(store);
        ids = new Uuid7(options.Time, options.Random);
    }

    /// <inheritdoc/>
    private protected override string StoreName => store.Name;

    /// <inheritdoc/>
    private protected override string InvoiceOrder => "sequence";

    /// <inheritdoc/>
    public Task<PaywallImport> ImportPaywallsAsync(IReadOnlyList<Paywall> snapshot, PaywallImportMode mode, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => PostgresPaywalls.Import(connection, snapshot, mode, Duplicate, cancellationToken), cancellationToken);

    Task<IReadOnlyList<Paywall>> IPaywallEditor.EditPaywallsAsync(Func<IReadOnlyList<Paywall>, IReadOnlyList<Paywall>> edit, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                PostgresPaywalls.Lock(connection);
                var before = PaywallTable.List(connection, withArchived: true, store.Name);
                var after = edit(before);
                PostgresPaywalls.Write(connection, before, after);
                return after;
            },
            cancellationToken);

    Task<Paywall?> IPaywallEditor.ChangePaywallAsync(string paywallId, Func<Paywall, Paywall> change, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                PostgresPaywalls.Lock(connection);
                if (PaywallTable.Find(connection, paywallId, store.Name) is not { } known)
                {
                    return null;
                }

                var changed = change(known);
                PostgresPaywalls.Write(connection, [known], [changed]);
                return changed;
            },
            cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The lease of the record was superseded (<c>lease_superseded</c>).</exception>
    public Task<Deployment> RecordDeploymentAsync(DeploymentIntent intent, CancellationToken cancellationToken)
    {
        var deploymentId = intent.DeploymentId ?? "dep_" + ids.Next();
        var lease = LeaseScope.Current;
        return store.WriteAsync(
            connection =>
            {
                PostgresFence.Require(connection, store.Name, lease);
                var known = DeploymentTable.Find(connection, deploymentId);
                var deployment = DeploymentRules.Record(known, deploymentId, intent, NowMs());
                DeploymentTable.Put(connection, deployment);
                PostgresFence.Mark(connection, "deployments", "deployment_id", deploymentId, lease);

                // If two sessions record a new one at the same time, the first one sets its time.
                return known is null ? DeploymentTable.Find(connection, deploymentId)! : deployment;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">The lease of the record was superseded (<c>lease_superseded</c>).</exception>
    public Task<GatewayEvent> RecordEventAsync(GatewayEventDraft draft, CancellationToken cancellationToken)
    {
        var recorded = DeploymentRules.Record("evt_" + ids.Next(), draft, NowMs());
        var lease = LeaseScope.Current;
        return store.WriteAsync(
            connection =>
            {
                PostgresFence.Require(connection, store.Name, lease);
                GatewayEventTable.Add(connection, recorded);
                PostgresFence.Mark(connection, "gateway_events", "event_id", recorded.EventId, lease);
                return recorded;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<IReadOnlyList<IngestOutcome>> IngestAsync(IReadOnlyList<SettlementEvent> events, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => Ingest(connection, events, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IBulkIngest CreatePreview() => new LedgerPreview(
        (work, cancellationToken) => store.ReadAsync(connection => work(new PostgresLedgerReader(connection)), cancellationToken),
        Time);

    /// <inheritdoc/>
    public async Task WaitForChangeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            throw new ControlPlaneTransportException("LISTEN " + PostgresChanges.Channel, failure.Message, failure.Remedy, failure);
        }
    }

    /// <summary>Closes the connections.</summary>
    public override void Dispose()
    {
        changes.Dispose();
        store.Dispose();
    }

    /// <inheritdoc/>
    private protected override Task<T> ReadAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken) => store.ReadAsync(work, cancellationToken);

    /// <inheritdoc/>
    private protected override Task<T> WriteAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken) => store.WriteAsync(work, cancellationToken);

    /// <inheritdoc/>
    private protected override void Lock(DbConnection connection, string table) => connection.Run("LOCK TABLE " + table + " IN SHARE ROW EXCLUSIVE MODE");

    private IReadOnlyList<IngestOutcome> Ingest(NpgsqlConnection connection, IReadOnlyList<SettlementEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count < MinNew || Interlocked.Decrement(ref partsToRead) >= 0)
        {
            return Ingest(connection, events, isNew: false, cancellationToken);
        }

        // A first import contains only new events, and nothing has to be read for it. If a part contains others, it and the next parts are read
        // first.
        Volatile.Write(ref partsToRead, 0);
        connection.Run("SAVEPOINT part");
        try
        {
            return Ingest(connection, events, isNew: true, cancellationToken);
        }
        catch (Exception failure) when (failure is StoreConflictException or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            Volatile.Write(ref partsToRead, PartsToRead);
            connection.Run("ROLLBACK TO SAVEPOINT part");
            return Ingest(connection, events, isNew: false, cancellationToken);
        }
    }

    private IReadOnlyList<IngestOutcome> Ingest(NpgsqlConnection connection, IReadOnlyList<SettlementEvent> events, bool isNew, CancellationToken cancellationToken)
    {
        var ledger = new PostgresLedger(connection, events, isNew);
        var now = NowMs();
        var outcomes = new IngestOutcome[events.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            outcomes[i] = SettlementLedger.Apply(ledger, events[i], now);
        }

        ledger.Write();
        return outcomes;
    }
}
