using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.Memory;
using LightningOps.Gateway.Probes;

namespace LightningOps.Tests.Reconcile;

/// <summary>Tells of each call of a gateway before it is made and after it was done; the second may be a throw.</summary>
internal sealed class HookedGateway(IGateway gateway) : IGateway
{
    public Action<GatewayOperation>? Before { get; set; }

    public Action<GatewayOperation>? After { get; set; }

    /// <summary>Changes a plan.</summary>
    public Func<RolloutPlan, RolloutPlan> Replan { get; set; } = plan => plan;

    /// <summary>Changes a state that was read.</summary>
    public Func<GatewayState, GatewayState> Reread { get; set; } = state => state;

    public List<GatewayOperation> Calls { get; } = [];

    public string Name => gateway.Name;

    public RolloutPlan Plan(GatewayState state, GatewayRollout rollout) => Replan(gateway.Plan(state, rollout));

    public Task<GatewayState> ReadStateAsync(CancellationToken cancellationToken) =>
        CallAsync(GatewayOperation.ReadState, async token => Reread(await gateway.ReadStateAsync(token)), cancellationToken);

    public Task<GatewayDeployment> ApplyAsync(GatewayRollout rollout, CancellationToken cancellationToken) =>
        CallAsync(GatewayOperation.Apply, token => gateway.ApplyAsync(rollout, token), cancellationToken);

    public Task<GatewayDeployment?> RollBackAsync(string requestId, string deploymentId, GatewayState state, CancellationToken cancellationToken) =>
        CallAsync(GatewayOperation.RollBack, token => gateway.RollBackAsync(requestId, deploymentId, state, token), cancellationToken);

    public RolloutPlan? PlanClosing(GatewayState state, GatewayClosing closing) => gateway.PlanClosing(state, closing);

    public Task<GatewayDeployment?> CloseAsync(GatewayClosing closing, CancellationToken cancellationToken) =>
        CallAsync(GatewayOperation.Close, token => gateway.CloseAsync(closing, token), cancellationToken);

    public Task<ProbeResult> ProbeHealthAsync(CancellationToken cancellationToken) =>
        CallAsync(GatewayOperation.Health, gateway.ProbeHealthAsync, cancellationToken);

    public Task<ProbeResult> ProbeChallengeAsync(ProbeRoute? route, CancellationToken cancellationToken) =>
        CallAsync(GatewayOperation.Challenge, token => gateway.ProbeChallengeAsync(route, token), cancellationToken);

    public Task<ProbeResult> ProbeProxyAsync(ProbeRoute? route, ProbeResult challenge, CancellationToken cancellationToken) =>
        CallAsync(GatewayOperation.Proxy, token => gateway.ProbeProxyAsync(route, challenge, token), cancellationToken);

    public void Dispose() => gateway.Dispose();

    private async Task<T> CallAsync<T>(GatewayOperation operation, Func<CancellationToken, Task<T>> forward, CancellationToken cancellationToken)
    {
        Calls.Add(operation);
        Before?.Invoke(operation);
        var answer = await forward(cancellationToken);
        After?.Invoke(operation);
        cancellationToken.ThrowIfCancellationRequested();
        return answer;
    }
}
