using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;

namespace LightningOps.Tests.Smoke;

/// <summary>A control plane some of whose calls, numbered from 1, are lost after they arrived.</summary>
internal sealed class FailingControlPlane(IControlPlane plane, Func<int, bool> fails) : IControlPlane
{
    private int calls;

    /// <summary>Whether a pause is taken and has no effect.</summary>
    public bool IgnoresPause { get; init; }

    public Task<IReadOnlyList<Paywall>> ListPaywallsAsync(CancellationToken cancellationToken) => CallAsync(() => plane.ListPaywallsAsync(cancellationToken));

    public Task<Deployment> RecordDeploymentAsync(DeploymentIntent intent, CancellationToken cancellationToken) => CallAsync(() => plane.RecordDeploymentAsync(intent, cancellationToken));

    public Task<GatewayEvent> RecordEventAsync(GatewayEventDraft draft, CancellationToken cancellationToken) => CallAsync(() => plane.RecordEventAsync(draft, cancellationToken));

    public Task<InvoiceIngestResult> IngestInvoiceAsync(InvoiceUpdate update, CancellationToken cancellationToken) => CallAsync(() => plane.IngestInvoiceAsync(update, cancellationToken));

    public Task<SettlementIngestResult> IngestSettlementAsync(SettlementWithProof report, CancellationToken cancellationToken) => CallAsync(() => plane.IngestSettlementAsync(report, cancellationToken));

    public Task<SecurityState> GetSecurityStateAsync(CancellationToken cancellationToken) => CallAsync(() => plane.GetSecurityStateAsync(cancellationToken));

    public Task<GlobalControl> SetGlobalPauseAsync(GlobalPauseChange change, CancellationToken cancellationToken) =>
        CallAsync(() => plane.SetGlobalPauseAsync(IgnoresPause ? change with { Active = false } : change, cancellationToken));

    public Task<OwnerControl> SetOwnerKillSwitchAsync(OwnerKillSwitchChange change, CancellationToken cancellationToken) => CallAsync(() => plane.SetOwnerKillSwitchAsync(change, cancellationToken));

    public Task<CredentialRoleState> RotateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => CallAsync(() => plane.RotateCredentialRoleAsync(change, cancellationToken));

    public Task<CredentialRoleState> ActivateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => CallAsync(() => plane.ActivateCredentialRoleAsync(change, cancellationToken));

    public Task<CredentialRoleState> RevokeCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => CallAsync(() => plane.RevokeCredentialRoleAsync(change, cancellationToken));

    public void Dispose()
    {
    }

    private async Task<T> CallAsync<T>(Func<Task<T>> forward)
    {
        var isLost = fails(++calls);
        var answer = await forward();
        return isLost ? throw new ControlPlaneTransportException("mutation:test", "injected", "Heal it.") { MayHaveArrived = true } : answer;
    }
}
