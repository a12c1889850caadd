using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.ControlPlane;

/// <summary>
/// Records paywalls, deployments, settlements and kill switches (docs/reference/control-plane.md#functions). One
/// class per backend; no other code depends on the backend.
/// </summary>
/// <remarks>
///  Every method throws <see cref="ControlPlaneTransportException" /> when the backend cannot be reached or refuses
/// the call, <see cref="ControlPlaneDecodeException" /> when an answer has an invalid form, and <see
/// cref="System.OperationCanceledException" /> when cancelled.
/// </remarks>
public interface IControlPlane : IDisposable
{
    /// <summary>Active and paused paywalls, all or none (lightning/ops:listPaywallControlPlaneState).</summary>
    Task<IReadOnlyList<Paywall>> ListPaywallsAsync(CancellationToken cancellationToken);

    /// <summary>Records a deployment, or its next state when its id is known (lightning/ops:recordGatewayCompileIntent).</summary>
    Task<Deployment> RecordDeploymentAsync(DeploymentIntent intent, CancellationToken cancellationToken);

    /// <summary>Records an event. It is never sent twice unless the first call certainly did not arrive.</summary>
    Task<GatewayEvent> RecordEventAsync(GatewayEventDraft draft, CancellationToken cancellationToken);

    /// <summary>Records the state of an invoice (lightning/settlements:ingestInvoiceLifecycle).</summary>
    Task<InvoiceIngestResult> IngestInvoiceAsync(InvoiceUpdate update, CancellationToken cancellationToken);

    /// <summary>Records a settlement once (lightning/settlements:ingestSettlement).</summary>
    /// <exception cref="InvalidPreimageException">The preimage is invalid.</exception>
    Task<SettlementIngestResult> IngestSettlementAsync(SettlementWithProof report, CancellationToken cancellationToken);

    /// <summary>Pause, kill switches and credential roles. A caller that cannot read them must deny.</summary>
    Task<SecurityState> GetSecurityStateAsync(CancellationToken cancellationToken);

    /// <summary>Pauses or resumes everything.</summary>
    Task<GlobalControl> SetGlobalPauseAsync(GlobalPauseChange change, CancellationToken cancellationToken);

    /// <summary>Stops or releases everything of one owner.</summary>
    Task<OwnerControl> SetOwnerKillSwitchAsync(OwnerKillSwitchChange change, CancellationToken cancellationToken);

    /// <summary>Begins a rotation: rotating, version + 1. It is never sent twice unless the first call certainly did not arrive.</summary>
    Task<CredentialRoleState> RotateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken);

    /// <summary>Ends a rotation: active.</summary>
    Task<CredentialRoleState> ActivateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken);

    /// <summary>Revokes a role: the version is kept, the fingerprint is removed.</summary>
    Task<CredentialRoleState> RevokeCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken);
}
