using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.Paywalls;

namespace LightningOps.ControlPlane;

/// <summary>
/// A control plane that seems to hold the paywalls of an earlier deployment. Switches, records and books are those of
/// the real one. Paywalls that are suspended now stay suspended.
/// </summary>
public sealed class RestoredControlPlane : IControlPlane, IDeploymentHistory
{
    private readonly IControlPlane inner;
    private readonly IReadOnlyList<Paywall> paywalls;

    private RestoredControlPlane(IControlPlane inner, IReadOnlyList<Paywall> paywalls, IReadOnlyList<Paywall> replaced, IReadOnlyList<string> suspended)
    {
        this.inner = inner;
        this.paywalls = paywalls;
        Replaced = replaced;
        Suspended = suspended;
        var restored = paywalls.ToDictionary(static paywall => paywall.PaywallId, StringComparer.Ordinal);
        Removed = replaced.Where(paywall => !restored.ContainsKey(paywall.PaywallId)).ToArray();
        Changed = replaced.Where(paywall => restored.TryGetValue(paywall.PaywallId, out var earlier) && !AreAlike(earlier, paywall)).ToArray();
    }

    /// <summary>The paywalls of the store now, which a restore replaces.</summary>
    public IReadOnlyList<Paywall> Replaced { get; }

    /// <summary>Those of them that the restored deployment does not have; possibly never rolled out.</summary>
    public IReadOnlyList<Paywall> Removed { get; }

    /// <summary>Those of them that have other members in the restored deployment.</summary>
    public IReadOnlyList<Paywall> Changed { get; }

    /// <summary>The paywalls.</summary>
    public IReadOnlyList<Paywall> Paywalls => paywalls;

    /// <summary>Ids of paywalls that sold then and stay suspended now.</summary>
    public IReadOnlyList<string> Suspended { get; }

    /// <summary>A control plane with the paywalls of a snapshot.</summary>
    /// <param name="inner">The control plane; its creator disposes it.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LightningOpsException">The current paywalls cannot be read, so it is not known which are suspended.</exception>
    public static async Task<RestoredControlPlane> CreateAsync(IControlPlane inner, DeploymentSnapshot snapshot, CancellationToken cancellationToken)
    {
        var now = await inner.ListPaywallsAsync(cancellationToken).ConfigureAwait(false);
        var suspended = new HashSet<string>(now.Where(static paywall => paywall.Status == PaywallStatus.Paused).Select(static paywall => paywall.PaywallId), StringComparer.Ordinal);
        var held = snapshot.Paywalls.Where(paywall => paywall.Status == PaywallStatus.Active && suspended.Contains(paywall.PaywallId)).Select(static paywall => paywall.PaywallId).ToArray();
        return new RestoredControlPlane(inner, snapshot.Paywalls.Select(paywall => held.Contains(paywall.PaywallId) ? paywall with { Status = PaywallStatus.Paused } : paywall).ToArray(), now, held);
    }

    // Times are not compared.
    private static bool AreAlike(Paywall one, Paywall other) =>
        one.Name == other.Name && one.Description == other.Description && SnapshotHasher.Hash([one]) == SnapshotHasher.Hash([other]);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Paywall>> ListPaywallsAsync(CancellationToken cancellationToken) => Task.FromResult(paywalls);

    /// <inheritdoc/>
    public Task<Deployment> RecordDeploymentAsync(DeploymentIntent intent, CancellationToken cancellationToken) => inner.RecordDeploymentAsync(intent, cancellationToken);

    /// <inheritdoc/>
    public Task<GatewayEvent> RecordEventAsync(GatewayEventDraft draft, CancellationToken cancellationToken) => inner.RecordEventAsync(draft, cancellationToken);

    /// <inheritdoc/>
    public Task<InvoiceIngestResult> IngestInvoiceAsync(InvoiceUpdate update, CancellationToken cancellationToken) => inner.IngestInvoiceAsync(update, cancellationToken);

    /// <inheritdoc/>
    public Task<SettlementIngestResult> IngestSettlementAsync(SettlementWithProof report, CancellationToken cancellationToken) => inner.IngestSettlementAsync(report, cancellationToken);

    /// <inheritdoc/>
    public Task<SecurityState> GetSecurityStateAsync(CancellationToken cancellationToken) => inner.GetSecurityStateAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<GlobalControl> SetGlobalPauseAsync(GlobalPauseChange change, CancellationToken cancellationToken) => inner.SetGlobalPauseAsync(change, cancellationToken);

    /// <inheritdoc/>
    public Task<OwnerControl> SetOwnerKillSwitchAsync(OwnerKillSwitchChange change, CancellationToken cancellationToken) => inner.SetOwnerKillSwitchAsync(change, cancellationToken);

    /// <inheritdoc/>
    public Task<CredentialRoleState> RotateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => inner.RotateCredentialRoleAsync(change, cancellationToken);

    /// <inheritdoc/>
    public Task<CredentialRoleState> ActivateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => inner.ActivateCredentialRoleAsync(change, cancellationToken);

    /// <inheritdoc/>
    public Task<CredentialRoleState> RevokeCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => inner.RevokeCredentialRoleAsync(change, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Deployment>> ListDeploymentsAsync(DeploymentQuery query, CancellationToken cancellationToken) =>
        inner is IDeploymentHistory history ? history.ListDeploymentsAsync(query, cancellationToken) : Task.FromResult<IReadOnlyList<Deployment>>([]);

    /// <inheritdoc/>
    public Task<IReadOnlyList<GatewayEvent>> ListEventsAsync(GatewayEventQuery query, CancellationToken cancellationToken) =>
        inner is IDeploymentHistory history ? history.ListEventsAsync(query, cancellationToken) : Task.FromResult<IReadOnlyList<GatewayEvent>>([]);

    /// <summary>Does nothing; the creator of the control plane disposes it.</summary>
    public void Dispose()
    {
    }
}
