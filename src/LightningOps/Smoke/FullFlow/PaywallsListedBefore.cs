using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;

namespace LightningOps.Smoke.FullFlow;

/// <summary>
/// A control plane whose paywalls were listed just now: the next who asks gets that list, everyone after a new one. So the
/// flow looks at its paywalls first and yet makes no call the recorded runs do not make (vectors/wire.json).
/// </summary>
internal sealed class PaywallsListedBefore : IControlPlane
{
    private readonly IControlPlane plane;
    private IReadOnlyList<Paywall>? listed;

    public PaywallsListedBefore(IControlPlane plane, IReadOnlyList<Paywall> listed)
    {
        this.plane = plane;
        this.listed = listed;
    }

    public Task<IReadOnlyList<Paywall>> ListPaywallsAsync(CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref listed, null) is { } known ? Task.FromResult(known) : plane.ListPaywallsAsync(cancellationToken);

    public Task<Deployment> RecordDeploymentAsync(DeploymentIntent intent, CancellationToken cancellationToken) => plane.RecordDeploymentAsync(intent, cancellationToken);

    public Task<GatewayEvent> RecordEventAsync(GatewayEventDraft draft, CancellationToken cancellationToken) => plane.RecordEventAsync(draft, cancellationToken);

    public Task<InvoiceIngestResult> IngestInvoiceAsync(InvoiceUpdate update, CancellationToken cancellationToken) => plane.IngestInvoiceAsync(update, cancellationToken);

    public Task<SettlementIngestResult> IngestSettlementAsync(SettlementWithProof report, CancellationToken cancellationToken) => plane.IngestSettlementAsync(report, cancellationToken);

    public Task<SecurityState> GetSecurityStateAsync(CancellationToken cancellationToken) => plane.GetSecurityStateAsync(cancellationToken);

    public Task<GlobalControl> SetGlobalPauseAsync(GlobalPauseChange change, CancellationToken cancellationToken) => plane.SetGlobalPauseAsync(change, cancellationToken);

    public Task<OwnerControl> SetOwnerKillSwitchAsync(OwnerKillSwitchChange change, CancellationToken cancellationToken) => plane.SetOwnerKillSwitchAsync(change, cancellationToken);

    public Task<CredentialRoleState> RotateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => plane.RotateCredentialRoleAsync(change, cancellationToken);

    public Task<CredentialRoleState> ActivateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => plane.ActivateCredentialRoleAsync(change, cancellationToken);

    public Task<CredentialRoleState> RevokeCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => plane.RevokeCredentialRoleAsync(change, cancellationToken);

    /// <summary>The plane is not this object's.</summary>
    void IDisposable.Dispose()
    {
    }
}
