using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Local.Tables;
using LightningOps.ControlPlane.Rules;
using LightningOps.Files;
using LightningOps.Paywalls;
using LightningOps.Storage;
using Microsoft.Data.Sqlite;

namespace LightningOps.ControlPlane.Local;

/// <summary>
/// The control plane of one machine: a SQLite file for several processes that survives a killed process. The rules are
/// those of docs/reference/control-plane.md#store-rules.
/// </summary>
/// <remarks>
/// Every method also throws <see cref="StoreException"/> when the file cannot be used and
/// <see cref="StoreVersionException"/> when a newer module wrote it.
/// </remarks>
public sealed class LocalControlPlane : IControlPlane, IBulkIngest, IIngestPreview, IDeploymentHistory, ISettlementHistory, IPaywallStore, IPaywallEditor, IJournal, IDeploymentSnapshots
{
    private readonly StoreFileConnection store;
    private readonly TimeProvider time;
    private readonly Uuid7 ids;
    private readonly string path;

    /// <summary>Prepares the store; its file is opened, or made, at first use.</summary>
    /// <param name="options">Where it is and how it is opened.</param>
    public LocalControlPlane(LocalStoreOptions options)
    {
        store = new StoreFileConnection(options);
        time = options.Time;
        ids = new Uuid7(options.Time, options.Random);
        path = options.Path;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Paywall>> ListPaywallsAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(connection => PaywallTable.List(connection, withArchived: false, path), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Paywall>> ListAllPaywallsAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(connection => PaywallTable.List(connection, withArchived: true, path), cancellationToken);

    /// <inheritdoc/>
    public Task<PaywallImport> ImportPaywallsAsync(IReadOnlyList<Paywall> snapshot, PaywallImportMode mode, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection => PaywallTable.Import(connection, snapshot, mode, Duplicate, cancellationToken),
            cancellationToken);

    Task<IReadOnlyList<Paywall>> IPaywallEditor.EditPaywallsAsync(Func<IReadOnlyList<Paywall>, IReadOnlyList<Paywall>> edit, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                var before = PaywallTable.List(connection, withArchived: true, path);
                var after = edit(before);
                PaywallTable.Write(connection, before, after);
                return after;
            },
            cancellationToken);

    Task<Paywall?> IPaywallEditor.ChangePaywallAsync(string paywallId, Func<Paywall, Paywall> change, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                if (PaywallTable.Find(connection, paywallId, path) is not { } stored)
                {
                    return null;
                }

                var changed = change(stored);
                PaywallTable.Write(connection, [stored], [changed]);
                return changed;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<Deployment> RecordDeploymentAsync(DeploymentIntent intent, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                var known = intent.DeploymentId is null ? null : DeploymentTable.Find(connection, intent.DeploymentId);
                var deployment = DeploymentRules.Record(known, intent.DeploymentId ?? "dep_" + ids.Next(), intent, NowMs());
                DeploymentTable.Put(connection, deployment);
                return deployment;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<GatewayEvent> RecordEventAsync(GatewayEventDraft draft, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                var recorded = DeploymentRules.Record("evt_" + ids.Next(), draft, NowMs());
                GatewayEventTable.Add(connection, recorded);
                return recorded;
            },
            cancellationToken);

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
        (work, cancellationToken) => store.ReadAsync(
            connection =>
            {
                using var reader = new LedgerReader(connection);
                return work(reader);
            },
            cancellationToken),
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
        store.ReadAsync(connection => InvoiceTable.List(connection, query), cancellationToken);

    /// <inheritdoc/>
    public Task<Invoice?> FindInvoiceAsync(string invoiceId, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => InvoiceTable.Find(connection, invoiceId), cancellationToken);

    /// <inheritdoc/>
    public Task<JournalEntry> AppendJournalAsync(JournalDraft deed, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
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
                SnapshotTables.Put(connection, snapshot, NowMs());
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<DeploymentSnapshot?> FindSnapshotAsync(string deploymentId, CancellationToken cancellationToken) =>
        (await store.ReadAsync(connection => new[] { SnapshotTables.Find(connection, deploymentId, path) }, cancellationToken).ConfigureAwait(false))[0];

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

    /// <summary>Closes the file.</summary>
    public void Dispose() => store.Dispose();

    private IReadOnlyList<IngestOutcome> Ingest(SqliteConnection connection, IReadOnlyList<SettlementEvent> events, CancellationToken cancellationToken)
    {
        using var rows = new LedgerRows(connection, events);
        var now = NowMs();
        var outcomes = new IngestOutcome[events.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            outcomes[i] = SettlementLedger.Apply(rows, events[i], now);
        }

        rows.WriteInvoices();
        return outcomes;
    }

    private async Task<IngestOutcome> IngestOneAsync(SettlementEvent told, CancellationToken cancellationToken) =>
        (await IngestAsync([told], cancellationToken).ConfigureAwait(false))[0];

    private Task<CredentialRoleState> ChangeRoleAsync(
        Func<CredentialRoleState?, CredentialRoleChange, long, CredentialRoleState> rule, CredentialRoleChange change, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                var role = rule(SecurityTables.FindRole(connection, change.Role), change, NowMs());
                SecurityTables.Put(connection, role);
                return role;
            },
            cancellationToken);

    private StoreException Duplicate(string paywallId) =>
        new("duplicate_paywall", path, "cannot import a snapshot that contains " + paywallId + " twice", "Remove one of the two from the snapshot.");

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
