using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Local.Tables;
using LightningOps.ControlPlane.Rules;
using LightningOps.Files;
using LightningOps.Paywalls;
using LightningOps.Storage;

namespace LightningOps.ControlPlane;

/// <summary>The common part of control planes in SQLite and PostgreSQL. Each operation is one transaction over the same tables.</summary>
public abstract class SqlControlPlane : IBulkIngest, IDeploymentHistory, ISettlementHistory, IJournal, IDeploymentSnapshots
{
    private protected SqlControlPlane(TimeProvider time) => Time = time;

    /// <summary>Clock of the records.</summary>
    private protected TimeProvider Time { get; }

    /// <summary>Name of the store in messages.</summary>
    private protected abstract string StoreName { get; }

    /// <summary>Column of the invoices that increases from row to row.</summary>
    private protected abstract string InvoiceOrder { get; }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Paywall>> ListPaywallsAsync(CancellationToken cancellationToken) =>
        ReadAsync(connection => PaywallTable.List(connection, withArchived: false, StoreName), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Paywall>> ListAllPaywallsAsync(CancellationToken cancellationToken) =>
        ReadAsync(connection => PaywallTable.List(connection, withArchived: true, StoreName), cancellationToken);

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
        return SettlementLedger.ToResult(outcome);
    }

    /// <inheritdoc/>
    public Task<SecurityState> GetSecurityStateAsync(CancellationToken cancellationToken) =>
        ReadAsync(SecurityTables.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<GlobalControl> SetGlobalPauseAsync(GlobalPauseChange change, CancellationToken cancellationToken) =>
        WriteAsync(
            connection =>
            {
                var control = SecurityRules.Apply(change, NowMs());
                SecurityTables.Put(connection, control);
                return control;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<OwnerControl> SetOwnerKillSwitchAsync(OwnerKillSwitchChange change, CancellationToken cancellationToken) =>
        WriteAsync(
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
        ReadAsync(connection => DeploymentTable.List(connection, query), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<GatewayEvent>> ListEventsAsync(GatewayEventQuery query, CancellationToken cancellationToken) =>
        ReadAsync(connection => GatewayEventTable.List(connection, query), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredSettlement>> ListSettlementsAsync(SettlementQuery query, CancellationToken cancellationToken) =>
        ReadAsync(connection => SettlementTable.List(connection, query), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Invoice>> ListInvoicesAsync(InvoiceQuery query, CancellationToken cancellationToken) =>
        ReadAsync(connection => InvoiceTable.List(connection, query, InvoiceOrder), cancellationToken);

    /// <inheritdoc/>
    public Task<Invoice?> FindInvoiceAsync(string invoiceId, CancellationToken cancellationToken) =>
        ReadAsync(connection => InvoiceTable.Find(connection, invoiceId), cancellationToken);

    /// <inheritdoc/>
    public Task<JournalEntry> AppendJournalAsync(JournalDraft deed, CancellationToken cancellationToken) =>
        WriteAsync(
            connection =>
            {
                // Each entry contains the hash of the previous one, so entries are added one at a time.
                Lock(connection, "journal");
                var entry = JournalRules.Record(JournalTable.FindHead(connection), deed, OperatingSystemAccount.Name, NowMs());
                JournalTable.Add(connection, entry);
                return entry;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JournalEntry>> ListJournalAsync(JournalQuery query, CancellationToken cancellationToken) =>
        ReadAsync(connection => JournalTable.List(connection, query), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JournalEntry>> ReadJournalAsync(long after, int count, CancellationToken cancellationToken) =>
        ReadAsync(connection => JournalTable.ReadChain(connection, after, count), cancellationToken);

    /// <inheritdoc/>
    public async Task<JournalHead?> FindJournalHeadAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(static connection => new[] { JournalTable.FindHead(connection) }, cancellationToken).ConfigureAwait(false))[0];

    /// <inheritdoc/>
    public Task KeepSnapshotAsync(DeploymentSnapshot snapshot, CancellationToken cancellationToken) =>
        WriteAsync(
            connection =>
            {
                // A snapshot kept by another session must not be removed meanwhile.
                Lock(connection, "deployment_snapshots");
                SnapshotTables.Put(connection, snapshot, NowMs());
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<DeploymentSnapshot?> FindSnapshotAsync(string deploymentId, CancellationToken cancellationToken) =>
        (await ReadAsync(connection => new[] { SnapshotTables.Find(connection, deploymentId, StoreName) }, cancellationToken).ConfigureAwait(false))[0];

    /// <inheritdoc/>
    public Task SuspendReconcileAsync(string gateway, string deploymentId, string who, CancellationToken cancellationToken) =>
        WriteAsync(
            connection =>
            {
                SnapshotTables.Suspend(connection, new ReconcileSuspension(gateway, deploymentId, who, NowMs()));
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ResumeReconcileAsync(string gateway, CancellationToken cancellationToken) =>
        WriteAsync(connection => SnapshotTables.Resume(connection, gateway), cancellationToken);

    /// <inheritdoc/>
    public async Task<ReconcileSuspension?> FindSuspensionAsync(string gateway, CancellationToken cancellationToken) =>
        (await ReadAsync(connection => new[] { SnapshotTables.FindSuspension(connection, gateway) }, cancellationToken).ConfigureAwait(false))[0];

    /// <inheritdoc/>
    public abstract Task<IReadOnlyList<IngestOutcome>> IngestAsync(IReadOnlyList<SettlementEvent> events, CancellationToken cancellationToken);

    /// <summary>Closes the store.</summary>
    public abstract void Dispose();

    /// <summary>Runs read-only work in one transaction.</summary>
    private protected abstract Task<T> ReadAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken);

    /// <summary>Runs work in one transaction.</summary>
    private protected abstract Task<T> WriteAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken);

    /// <summary>Blocks other writers of a table until the transaction ends, if a transaction does not do so by itself.</summary>
    private protected abstract void Lock(DbConnection connection, string table);

    private protected StoreException Duplicate(string paywallId) =>
        new("duplicate_paywall", StoreName, "cannot import a snapshot that contains " + paywallId + " twice", "Remove one of the two from the snapshot.");

    private protected long NowMs() => Time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<IngestOutcome> IngestOneAsync(SettlementEvent told, CancellationToken cancellationToken) =>
        (await IngestAsync([told], cancellationToken).ConfigureAwait(false))[0];

    private Task<CredentialRoleState> ChangeRoleAsync(
        Func<CredentialRoleState?, CredentialRoleChange, long, CredentialRoleState> rule, CredentialRoleChange change, CancellationToken cancellationToken) =>
        WriteAsync(
            connection =>
            {
                // The rule reads the version before it writes the next, so roles are changed one at a time.
                Lock(connection, "credential_roles");
                var role = rule(SecurityTables.FindRole(connection, change.Role), change, NowMs());
                SecurityTables.Put(connection, role);
                return role;
            },
            cancellationToken);
}
