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
public sealed class LocalControlPlane : SqlControlPlane, IControlPlane, IIngestPreview, IPaywallStore, IPaywallEditor
{
    private readonly StoreFileConnection store;
    private readonly Uuid7 ids;
    private readonly string path;

    /// <summary>Prepares the store. Its file is opened or created at first use.</summary>
    /// <param name="options">The file and how it is opened.</param>
    public LocalControlPlane(LocalStoreOptions options)
        : base(options.Time)
    {
        store = new StoreFileConnection(options);
        ids = new Uuid7(options.Time, options.Random);
        path = options.Path;
    }

    /// <inheritdoc/>
    private protected override string StoreName => path;

    /// <inheritdoc/>
    private protected override string InvoiceOrder => "rowid";

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
    public override Task<IReadOnlyList<IngestOutcome>> IngestAsync(IReadOnlyList<SettlementEvent> events, CancellationToken cancellationToken) =>
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
        Time);

    /// <summary>Closes the file.</summary>
    public override void Dispose() => store.Dispose();

    /// <inheritdoc/>
    private protected override Task<T> ReadAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken) => store.ReadAsync(work, cancellationToken);

    /// <inheritdoc/>
    private protected override Task<T> WriteAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken) => store.WriteAsync(work, cancellationToken);

    /// <summary>Does nothing: only one transaction writes at a time.</summary>
    private protected override void Lock(DbConnection connection, string table)
    {
    }

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
}
