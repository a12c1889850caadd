using System;
using System.Collections.Generic;
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
/// The control plane of a team: a PostgreSQL database for operators, runbooks and CI on many machines. The rules are those of
/// docs/reference/control-plane.md#store-rules; what must hold whoever writes is a constraint or a trigger of the schema.
/// </summary>
/// <remarks>
/// Every method also throws <see cref="StoreException"/> when the database cannot be used and
/// <see cref="StoreVersionException"/> when a newer module wrote it.
/// </remarks>
public sealed class PostgresControlPlane : IControlPlane, IBulkIngest, IIngestPreview, IDeploymentHistory, ISettlementHistory, IPaywallStore, IPaywallEditor, IJournal, IDeploymentSnapshots, IChangeNotifier
{
    private readonly PostgresStore store;
    private readonly TimeProvider time;
    private readonly Uuid7 ids;
    private readonly PostgresChanges changes;

    /// <summary>Prepares the store; the database is connected to at first use.</summary>
    /// <param name="options">Where it is and how it is opened.</param>
    /// <exception cref="ConfigException">The address cannot be used.</exception>
    public PostgresControlPlane(PostgresStoreOptions options)
    {
        store = new PostgresStore(options);
        changes = new PostgresChanges(store);
        time = options.Time;
        ids = new Uuid7(options.Time, options.Random);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Paywall>> ListPaywallsAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(connection => PaywallTable.List(connection, withArchived: false, store.Name), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Paywall>> ListAllPaywallsAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(connection => PaywallTable.List(connection, withArchived: true, store.Name), cancellationToken);

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
    /// <exception cref="StoreException">The lease under which it is recorded was superseded (<c>lease_superseded</c>).</exception>
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

                // Of two that record a new one at once, the first gave it its time.
                return known is null ? DeploymentTable.Find(connection, deploymentId)! : deployment;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">The lease under which it is recorded was superseded (<c>lease_superseded</c>).</exception>
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
    public async Task<InvoiceIngestResult> IngestInvoiceAsync(InvoiceUpdate update, CancellationToken cancellationToken)
    {
        var outcome = await IngestOneAsync(SettlementEvent.From(update), cancellationToken).ConfigureAwait(false);
        return new InvoiceIngestResult { Changed = outcome.InvoiceChanged, Invoice = outcome.Invoice! };
    }

    /// <inheritdoc/>
    public async Task<SettlementIngestResult> IngestSettlementAsync(SettlementWithProof report, CancellationToken cancellationToken)
    {
        var outcome = await IngestOneAsync(SettlementEvent.From(report), cancellationToken).ConfigureAwait(false);
        return new SettlementIngestResult { Existed = outcome.Existed, Settlement = outcome.Settlement!, Invoice = outcome.Invoice };
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<IngestOutcome>> IngestAsync(IReadOnlyList<SettlementEvent> events, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => Ingest(connection, events, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IBulkIngest CreatePreview() => new LedgerPreview(
        (work, cancellationToken) => store.ReadAsync(connection => work(new PostgresLedgerReader(connection)), cancellationToken),
        time);

    /// <inheritdoc/>
    public Task<SecurityState> GetSecurityStateAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(SecurityTables.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<GlobalControl> SetGlobalPauseAsync(GlobalPauseChange change, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                var control = SecurityRules.Apply(change, NowMs());
                SecurityTables.Put(connection, control);
                return control;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<OwnerControl> SetOwnerKillSwitchAsync(OwnerKillSwitchChange change, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                var control = SecurityRules.Apply(change, NowMs());
                SecurityTables.Put(connection, control);
                return control;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<CredentialRoleState> RotateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) =>
        ChangeRoleAsync(SecurityRules.Rotate, change, cancellationToken);

    /// <inheritdoc/>
    public Task<CredentialRoleState> ActivateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) =>
        ChangeRoleAsync(SecurityRules.Activate, change, cancellationToken);

    /// <inheritdoc/>
    public Task<CredentialRoleState> RevokeCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) =>
        ChangeRoleAsync(SecurityRules.Revoke, change, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Deployment>> ListDeploymentsAsync(DeploymentQuery query, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => DeploymentTable.List(connection, query), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<GatewayEvent>> ListEventsAsync(GatewayEventQuery query, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => GatewayEventTable.List(connection, query), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredSettlement>> ListSettlementsAsync(SettlementQuery query, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => SettlementTable.List(connection, query), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Invoice>> ListInvoicesAsync(InvoiceQuery query, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => InvoiceTable.List(connection, query, "sequence"), cancellationToken);

    /// <inheritdoc/>
    public Task<Invoice?> FindInvoiceAsync(string invoiceId, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => InvoiceTable.Find(connection, invoiceId), cancellationToken);

    /// <inheritdoc/>
    public Task<JournalEntry> AppendJournalAsync(JournalDraft deed, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                // Each entry holds the hash of the one before: one at a time.
                connection.Run("LOCK TABLE journal IN SHARE ROW EXCLUSIVE MODE");
                var entry = JournalRules.Record(JournalTable.FindHead(connection), deed, OperatingSystemAccount.Name, NowMs());
                JournalTable.Add(connection, entry);
                return entry;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JournalEntry>> ListJournalAsync(JournalQuery query, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => JournalTable.List(connection, query), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JournalEntry>> ReadJournalAsync(long after, int count, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => JournalTable.ReadChain(connection, after, count), cancellationToken);

    /// <inheritdoc/>
    public async Task<JournalHead?> FindJournalHeadAsync(CancellationToken cancellationToken) =>
        (await store.ReadAsync(static connection => new[] { JournalTable.FindHead(connection) }, cancellationToken).ConfigureAwait(false))[0];

    /// <inheritdoc/>
    public Task KeepSnapshotAsync(DeploymentSnapshot snapshot, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                // What another session keeps must not be removed in between.
                connection.Run("LOCK TABLE deployment_snapshots IN SHARE ROW EXCLUSIVE MODE");
                SnapshotTables.Put(connection, snapshot, NowMs());
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<DeploymentSnapshot?> FindSnapshotAsync(string deploymentId, CancellationToken cancellationToken) =>
        (await store.ReadAsync(connection => new[] { SnapshotTables.Find(connection, deploymentId, store.Name) }, cancellationToken).ConfigureAwait(false))[0];

    /// <inheritdoc/>
    public Task SuspendReconcileAsync(string gateway, string deploymentId, string who, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                SnapshotTables.Suspend(connection, new ReconcileSuspension(gateway, deploymentId, who, NowMs()));
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ResumeReconcileAsync(string gateway, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => SnapshotTables.Resume(connection, gateway), cancellationToken);

    /// <inheritdoc/>
    public async Task<ReconcileSuspension?> FindSuspensionAsync(string gateway, CancellationToken cancellationToken) =>
        (await store.ReadAsync(connection => new[] { SnapshotTables.FindSuspension(connection, gateway) }, cancellationToken).ConfigureAwait(false))[0];

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
    public void Dispose()
    {
        changes.Dispose();
        store.Dispose();
    }

    private IReadOnlyList<IngestOutcome> Ingest(NpgsqlConnection connection, IReadOnlyList<SettlementEvent> events, CancellationToken cancellationToken)
    {
        var ledger = new PostgresLedger(connection, events);
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

    private async Task<IngestOutcome> IngestOneAsync(SettlementEvent told, CancellationToken cancellationToken) =>
        (await IngestAsync([told], cancellationToken).ConfigureAwait(false))[0];

    // The rule reads the version before it writes the next: one at a time for each role.
    private Task<CredentialRoleState> ChangeRoleAsync(
        Func<CredentialRoleState?, CredentialRoleChange, long, CredentialRoleState> rule, CredentialRoleChange change, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                connection.Run("LOCK TABLE credential_roles IN SHARE ROW EXCLUSIVE MODE");
                var role = rule(SecurityTables.FindRole(connection, change.Role), change, NowMs());
                SecurityTables.Put(connection, role);
                return role;
            },
            cancellationToken);

    private StoreException Duplicate(string paywallId) =>
        new("duplicate_paywall", store.Name, "cannot import a snapshot that contains " + paywallId + " twice", "Remove one of the two from the snapshot.");

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
