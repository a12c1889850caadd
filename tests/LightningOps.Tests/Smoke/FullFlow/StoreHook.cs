using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Paywalls;

namespace LightningOps.Tests.Smoke.FullFlow;

/// <summary>A local store that tells of some calls before they are made, and can forget what it was told.</summary>
internal sealed class StoreHook(LocalControlPlane store, Action<string> before) : IControlPlane, IPaywallStore, ISettlementHistory
{
    public bool ForgetsSettlements { get; init; }

    public bool IgnoresPause { get; init; }

    public Task<PaywallImport> ImportPaywallsAsync(IReadOnlyList<Paywall> snapshot, PaywallImportMode mode, CancellationToken cancellationToken) => store.ImportPaywallsAsync(snapshot, mode, cancellationToken);

    public Task<IReadOnlyList<Paywall>> ListAllPaywallsAsync(CancellationToken cancellationToken) => store.ListAllPaywallsAsync(cancellationToken);

    public Task<IReadOnlyList<Paywall>> ListPaywallsAsync(CancellationToken cancellationToken) => store.ListPaywallsAsync(cancellationToken);

    public Task<Deployment> RecordDeploymentAsync(DeploymentIntent intent, CancellationToken cancellationToken) => store.RecordDeploymentAsync(intent, cancellationToken);

    public Task<GatewayEvent> RecordEventAsync(GatewayEventDraft draft, CancellationToken cancellationToken) => store.RecordEventAsync(draft, cancellationToken);

    public Task<InvoiceIngestResult> IngestInvoiceAsync(InvoiceUpdate update, CancellationToken cancellationToken) => store.IngestInvoiceAsync(update, cancellationToken);

    public Task<SettlementIngestResult> IngestSettlementAsync(SettlementWithProof report, CancellationToken cancellationToken) => store.IngestSettlementAsync(report, cancellationToken);

    public async Task<IReadOnlyList<StoredSettlement>> ListSettlementsAsync(SettlementQuery query, CancellationToken cancellationToken) =>
        ForgetsSettlements ? [] : await store.ListSettlementsAsync(query, cancellationToken);

    public Task<IReadOnlyList<Invoice>> ListInvoicesAsync(InvoiceQuery query, CancellationToken cancellationToken) => store.ListInvoicesAsync(query, cancellationToken);

    public Task<Invoice?> FindInvoiceAsync(string invoiceId, CancellationToken cancellationToken) => store.FindInvoiceAsync(invoiceId, cancellationToken);

    public Task<SecurityState> GetSecurityStateAsync(CancellationToken cancellationToken) => store.GetSecurityStateAsync(cancellationToken);

    public Task<GlobalControl> SetGlobalPauseAsync(GlobalPauseChange change, CancellationToken cancellationToken)
    {
        before("pause");
        return store.SetGlobalPauseAsync(IgnoresPause ? change with { Active = false } : change, cancellationToken);
    }

    public Task<OwnerControl> SetOwnerKillSwitchAsync(OwnerKillSwitchChange change, CancellationToken cancellationToken) => store.SetOwnerKillSwitchAsync(change, cancellationToken);

    public Task<CredentialRoleState> RotateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => store.RotateCredentialRoleAsync(change, cancellationToken);

    public Task<CredentialRoleState> ActivateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => store.ActivateCredentialRoleAsync(change, cancellationToken);

    public Task<CredentialRoleState> RevokeCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => store.RevokeCredentialRoleAsync(change, cancellationToken);

    public void Dispose()
    {
    }
}
