using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Probes;

namespace LightningOps.Gateway;

/// <summary>
/// A gateway that receives compiled configurations (docs/reference/gateway.md#gateways). One class per kind; no other
/// code depends on the kind.
/// </summary>
/// <remarks>
///  Reading, applying and rolling back throw <see cref="GatewayException" /> when the gateway cannot be reached,
/// refuses the call or gives an invalid answer. A check reports every outcome in its result. All throw <see
/// cref="OperationCanceledException" /> when cancelled. A gateway always serves a complete configuration: the
/// previous or the new one.
/// </remarks>
public interface IGateway : IDisposable
{
    /// <summary>Kind and address without a secret, for example <c>file:/etc/aperture/aperture.yaml</c>; it is the name of the lease.</summary>
    string Name { get; }

    /// <summary>Its live state.</summary>
    Task<GatewayState> ReadStateAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The changes of a roll-out, computed from the state; nothing is changed. A refusal (rules the gateway cannot
    /// carry) is part of the plan, not an exception.
    /// </summary>
    RolloutPlan Plan(GatewayState state, GatewayRollout rollout);

    /// <summary>Makes it serve the configuration, completely or not at all.</summary>
    /// <returns>The deployment reported by the gateway.</returns>
    Task<GatewayDeployment> ApplyAsync(GatewayRollout rollout, CancellationToken cancellationToken);

    /// <summary>Returns it to the configuration that was live when <paramref name="state"/> was read.</summary>
    /// <returns>The deployment reported by the gateway; null if the state had none.</returns>
    Task<GatewayDeployment?> RollBackAsync(string requestId, string deploymentId, GatewayState state, CancellationToken cancellationToken);

    /// <summary>
    /// The changes of <see cref="CloseAsync" />, computed from the state; nothing is changed. If the gateway cannot
    /// tell which services to close, the plan contains a refusal.
    /// </summary>
    /// <returns>Null when no denied service is open.</returns>
    RolloutPlan? PlanClosing(GatewayState state, GatewayClosing closing);

    /// <summary>
    /// Closes the denied services; nothing is opened, added, removed or moved. Closed services stay closed when it
    /// fails.
    /// </summary>
    /// <returns>The deployment reported by the gateway; null if there is none.</returns>
    Task<GatewayDeployment?> CloseAsync(GatewayClosing closing, CancellationToken cancellationToken);

    /// <summary>Whether it is up.</summary>
    Task<ProbeResult> ProbeHealthAsync(CancellationToken cancellationToken);

    /// <summary>Whether the probe route asks for payment, and for the right amount if that can be checked.</summary>
    /// <param name="route">The first rule that sells; null when none does, which skips the check.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    Task<ProbeResult> ProbeChallengeAsync(ProbeRoute? route, CancellationToken cancellationToken);

    /// <summary>Whether a paid request of the probe route reaches its upstream, using the result of the challenge check.</summary>
    /// <param name="route">The first rule that sells; null when none does, which skips the check.</param>
    /// <param name="challenge">The result of <see cref="ProbeChallengeAsync" /> for the route.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    Task<ProbeResult> ProbeProxyAsync(ProbeRoute? route, ProbeResult challenge, CancellationToken cancellationToken);
}
