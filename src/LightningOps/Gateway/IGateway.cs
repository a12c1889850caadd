using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Probes;

namespace LightningOps.Gateway;

/// <summary>
/// A gateway a compiled configuration is rolled out to (docs/reference/gateway.md#gateways). One class per kind; no
/// other code depends on the kind.
/// </summary>
/// <remarks>
/// Reading, applying and rolling back throw <see cref="GatewayException"/> when the gateway cannot be reached, refuses
/// or answers what it must not; a check says so in its result, whatever the gateway did. All throw <see
/// cref="OperationCanceledException"/> when cancelled. A gateway always serves a complete configuration: the previous
/// or the new one.
/// </remarks>
public interface IGateway : IDisposable
{
    /// <summary>What it is and where, without a secret, for example <c>file:/etc/aperture/aperture.yaml</c>; the lease is taken under it.</summary>
    string Name { get; }

    /// <summary>What it serves now.</summary>
    Task<GatewayState> ReadStateAsync(CancellationToken cancellationToken);

    /// <summary>
    /// What a roll-out would change, from the state read; touches nothing. A refusal (rules the gateway cannot carry)
    /// is in the plan, not an exception.
    /// </summary>
    RolloutPlan Plan(GatewayState state, GatewayRollout rollout);

    /// <summary>Makes it serve the configuration, whole or not at all.</summary>
    /// <returns>The deployment as the gateway reports it.</returns>
    Task<GatewayDeployment> ApplyAsync(GatewayRollout rollout, CancellationToken cancellationToken);

    /// <summary>Makes it serve again what it served when <paramref name="state"/> was read.</summary>
    /// <returns>The deployment as the gateway reports it; null when there was none in the state.</returns>
    Task<GatewayDeployment?> RollBackAsync(string requestId, string deploymentId, GatewayState state, CancellationToken cancellationToken);

    /// <summary>
    /// What <see cref="CloseAsync"/> would change, from the state read; touches nothing. That the gateway cannot tell what
    /// to close is a refusal in the plan, not an exception.
    /// </summary>
    /// <returns>Null when nothing that is denied is open.</returns>
    RolloutPlan? PlanClosing(GatewayState state, GatewayClosing closing);

    /// <summary>
    /// Makes it serve what it serves now with the denied services closed; nothing is opened, added, removed or moved. What
    /// is closed stays closed when it fails.
    /// </summary>
    /// <returns>The deployment as the gateway reports it; null when there is none.</returns>
    Task<GatewayDeployment?> CloseAsync(GatewayClosing closing, CancellationToken cancellationToken);

    /// <summary>Whether it is up.</summary>
    Task<ProbeResult> ProbeHealthAsync(CancellationToken cancellationToken);

    /// <summary>Whether the probe route asks for payment, and for the right amount where that can be told.</summary>
    /// <param name="route">The first rule that sells; null when none does: the check is then skipped.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    Task<ProbeResult> ProbeChallengeAsync(ProbeRoute? route, CancellationToken cancellationToken);

    /// <summary>Whether a paid request of the probe route reaches its upstream, with what the challenge check gave.</summary>
    /// <param name="route">The first rule that sells; null when none does: the check is then skipped.</param>
    /// <param name="challenge">What <see cref="ProbeChallengeAsync"/> gave for the route.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    Task<ProbeResult> ProbeProxyAsync(ProbeRoute? route, ProbeResult challenge, CancellationToken cancellationToken);
}
