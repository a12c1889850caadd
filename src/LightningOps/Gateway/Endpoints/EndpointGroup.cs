using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;

namespace LightningOps.Gateway.Endpoints;

/// <summary>
/// Several Apertures behind one balancer as one gateway. Replicas share a database but not their live services: a
/// change sent to one reaches the others only at their restart (docs/reference/gateway.md#endpoints). So each
/// endpoint is planned, changed, probed and read by itself, never through the balancer, and the state of the gateway
/// is that of its worst endpoint.
/// </summary>
public sealed class EndpointGroup : IGateway, ILiveEvidence, IRouteProbes, IListedPrices, IServiceReopening, IChangeDurability, IChangeProgress, IAdminApiFlag
{
    /// <summary>Additional time for other endpoints to answer a read after the first one has. A close must not wait for them.</summary>
    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(10);

    private readonly TimeProvider time;

    /// <summary>A gateway of endpoints of one kind.</summary>
    /// <param name="endpoints">The endpoints, in order; disposed with the gateway.</param>
    /// <param name="time">Clock of the read limits; null for the system's clock.</param>
    public EndpointGroup(IReadOnlyList<IGateway> endpoints, TimeProvider? time = null)
    {
        Endpoints = endpoints;
        this.time = time ?? TimeProvider.System;
        var kind = endpoints[0].Name.Substring(0, endpoints[0].Name.IndexOf(':') + 1);
        Name = kind + string.Join(",", endpoints.Select(endpoint => endpoint.Name.Substring(kind.Length)));
    }

    /// <summary>The endpoints, in order.</summary>
    public IReadOnlyList<IGateway> Endpoints { get; }

    /// <inheritdoc/>
    public string Name { get; }

    bool? IAdminApiFlag.HasAdminApi => Endpoints.All(static endpoint => endpoint is IAdminApiFlag { HasAdminApi: false }) ? false : null;

    Action<int, int>? IChangeProgress.Changed
    {
        set
        {
            foreach (var endpoint in Endpoints.OfType<IChangeProgress>())
            {
                endpoint.Changed = value;
            }
        }
    }

    ChangeDurability? IChangeDurability.Durability => Durable.Select(static endpoint => endpoint.Durability).OfType<ChangeDurability>().ToArray() is not { Length: > 0 } each ? null
        : each.Contains(ChangeDurability.NotDurable) ? ChangeDurability.NotDurable
        : each.Contains(ChangeDurability.NotKnown) ? ChangeDurability.NotKnown
        : ChangeDurability.Durable;

    IReadOnlyList<string> IChangeDurability.Unsaved => Durable.SelectMany(static endpoint => endpoint.Unsaved).Distinct().ToArray();

    IReadOnlyList<string> IChangeDurability.BackAfterRestart => Durable.SelectMany(static endpoint => endpoint.BackAfterRestart).Distinct().ToArray();

    IReadOnlyList<string> IChangeDurability.LeftClosed => Durable.SelectMany(static endpoint => endpoint.LeftClosed).Distinct().ToArray();

    IReadOnlyList<GatewayService> IChangeDurability.Unkept => Durable.SelectMany(static endpoint => endpoint.Unkept).GroupBy(static service => service.Name, StringComparer.Ordinal).Select(static same => same.First()).ToArray();

    IReadOnlyList<string> IChangeDurability.Unwritten => Durable.SelectMany(static endpoint => endpoint.Unwritten).Distinct().ToArray();

    private IEnumerable<IChangeDurability> Durable => Endpoints.OfType<IChangeDurability>();

    LoadDoubt? ILiveEvidence.Doubt => Endpoints.OfType<ILiveEvidence>().FirstOrDefault(static endpoint => endpoint.Evidence == LiveEvidence.NotKnown)?.Doubt;

    LiveEvidence ILiveEvidence.Evidence => Endpoints.OfType<ILiveEvidence>().Any(endpoint => endpoint.Evidence == LiveEvidence.NotKnown) ? LiveEvidence.NotKnown : LiveEvidence.List;

    /// <inheritdoc/>
    /// <remarks>
    /// The state includes endpoints that were not reached. Denied services can then be closed at the others, and
    /// nothing can be rolled out.
    /// </remarks>
    public async Task<GatewayState> ReadStateAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reads = Endpoints.Select(endpoint => ReadAsync(endpoint, patience.Token, cancellationToken)).ToList();
        await FirstReadAsync(reads).ConfigureAwait(false);
        using (time.CreateTimer(static stop => ((CancellationTokenSource)stop!).Cancel(), patience, ReadPatience, Timeout.InfiniteTimeSpan))
        {
            return EndpointStates.Combine(Name, await Task.WhenAll(reads).ConfigureAwait(false));
        }
    }

    /// <inheritdoc/>
    public RolloutPlan Plan(GatewayState state, GatewayRollout rollout)
    {
        var states = GetStates(state, "plan");
        var plans = states.Select(endpoint => endpoint.State is { } read ? endpoint.Gateway.Plan(read, rollout) : null).ToArray();
        return EndpointPlans.Combine(Name, state, rollout, states, plans);
    }

    /// <inheritdoc/>
    public Task<GatewayDeployment> ApplyAsync(GatewayRollout rollout, CancellationToken cancellationToken) => ApplyAsync(rollout, null, cancellationToken);

    /// <summary>Applies to the endpoints one by one, each taken out of the balancer meanwhile.</summary>
    internal async Task<GatewayDeployment> ApplyAsync(GatewayRollout rollout, EndpointDrain? drain, CancellationToken cancellationToken)
    {
        var before = await ReadStateAsync(cancellationToken).ConfigureAwait(false);
        if (before.RecordFailure is { } unreadable)
        {
            throw unreadable;
        }

        var states = GetStates(before, "apply");
        GatewayDeployment? applied = null;
        for (var place = 0; place < states.Count; place++)
        {
            try
            {
                var endpoint = states[place].Gateway;
                applied = drain is null
                    ? await endpoint.ApplyAsync(rollout, cancellationToken).ConfigureAwait(false)
                    : await drain.AroundAsync(endpoint, () => endpoint.ApplyAsync(rollout, cancellationToken), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is LightningOpsException or OperationCanceledException && place > 0)
            {
                // The failed endpoint is out of the balancer already. It is rolled back first, so that it can serve while the
                // others are.
                await UndoAsync(rollout, drain is null ? states.Take(place) : states.Take(place + 1).Reverse(), drain, failure).ConfigureAwait(false);
                throw;
            }
        }

        return applied!;
    }

    /// <inheritdoc/>
    public Task<GatewayDeployment?> RollBackAsync(string requestId, string deploymentId, GatewayState state, CancellationToken cancellationToken) =>
        RollBackAsync(requestId, deploymentId, state, null, cancellationToken);

    /// <summary>Rolls the endpoints back one by one, each taken out of the balancer meanwhile.</summary>
    internal async Task<GatewayDeployment?> RollBackAsync(string requestId, string deploymentId, GatewayState state, EndpointDrain? drain, CancellationToken cancellationToken)
    {
        var failures = await RollBackAsync(requestId, deploymentId, GetStates(state, "roll back"), drain, cancellationToken).ConfigureAwait(false);
        return failures.Count == 0 ? state.Active : throw Failed("roll back", "endpoint_not_rolled_back", failures);
    }

    /// <inheritdoc/>
    public RolloutPlan? PlanClosing(GatewayState state, GatewayClosing closing)
    {
        var states = GetStates(state, "plan");
        var plans = states.Select(endpoint => endpoint.State is { } read ? endpoint.Gateway.PlanClosing(read, closing) : null).ToArray();
        return EndpointPlans.CombineClosing(Name, state, states, plans);
    }

    /// <inheritdoc/>
    public async Task<GatewayDeployment?> CloseAsync(GatewayClosing closing, CancellationToken cancellationToken)
    {
        // In parallel: an endpoint that does not answer must not keep the others open.
        var closed = await Task.WhenAll(Endpoints.Select(endpoint => CloseAsync(endpoint, closing, cancellationToken))).ConfigureAwait(false);
        var failures = closed.Where(end => end.Failure is not null).Select(end => (end.Gateway, end.Failure!)).ToArray();
        return failures.Length == 0
            ? EndpointStates.CombineDeployments(closed.Select(end => end.Deployment).ToArray())
            : throw Failed("close", "NOT CLOSED", failures);
    }

    bool IServiceReopening.CarriesFeatures => Endpoints.All(static endpoint => endpoint is IServiceReopening { CarriesFeatures: true });

    Diagnostic? IServiceReopening.FindRefusal(GatewayState state) =>
        GetStates(state, "plan").Select(static endpoint => endpoint.State is { } read ? (endpoint.Gateway as IServiceReopening)?.FindRefusal(read) : null).FirstOrDefault(static refusal => refusal is not null);

    async Task<GatewayDeployment?> IServiceReopening.ReopenAsync(GatewayReopening reopening, CancellationToken cancellationToken)
    {
        var deployments = new List<GatewayDeployment?>();
        var failures = new List<(IGateway Gateway, Exception Failure)>();
        foreach (var endpoint in Endpoints)
        {
            try
            {
                deployments.Add(await ((IServiceReopening)endpoint).ReopenAsync(reopening, cancellationToken).ConfigureAwait(false));
            }
            catch (LightningOpsException failure)
            {
                failures.Add((endpoint, failure));
            }
        }

        return failures.Count == 0 ? EndpointStates.CombineDeployments(deployments) : throw Failed("reopen", "NOT REOPENED", failures);
    }

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeHealthAsync(CancellationToken cancellationToken) =>
        ProbeAsync((endpoint, _) => endpoint.ProbeHealthAsync(cancellationToken));

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeChallengeAsync(ProbeRoute? route, CancellationToken cancellationToken) =>
        ProbeAsync((endpoint, _) => endpoint.ProbeChallengeAsync(route, cancellationToken));

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeProxyAsync(ProbeRoute? route, ProbeResult challenge, CancellationToken cancellationToken) =>
        ProbeAsync((endpoint, place) => endpoint.ProbeProxyAsync(route, challenge.Endpoints is { } own ? own[place] : challenge, cancellationToken));

    Task<ProbeResult> IRouteProbes.AskPriceAsync(ProbeRoute route, CancellationToken cancellationToken) =>
        ProbeAsync((endpoint, _) => ((IRouteProbes)endpoint).AskPriceAsync(route, cancellationToken));

    Task<ProbeResult> IRouteProbes.BuyAsync(ProbeRoute route, ProbeResult price, CancellationToken cancellationToken) =>
        ProbeAsync((endpoint, place) => ((IRouteProbes)endpoint).BuyAsync(route, price.Endpoints is { } own ? own[place] : price, cancellationToken));

    bool IRouteProbes.CanAsk => Endpoints.All(static endpoint => endpoint is IRouteProbes { CanAsk: true });

    Task<ProbeResult> IRouteProbes.AskClosedAsync(string host, string path, CancellationToken cancellationToken) => ProbeAsync(async (endpoint, _) =>
    {
        var answer = await ((IRouteProbes)endpoint).AskClosedAsync(host, path, cancellationToken).ConfigureAwait(false);
        return answer.Outcome == ProbeOutcome.Skipped ? answer with { Reason = endpoint.Name + ": " + answer.Reason } : answer;
    });

    bool IListedPrices.CanAskPrices => Endpoints.Any(static endpoint => endpoint is IListedPrices { CanAskPrices: true });

    async Task<GatewayState> IListedPrices.AskPricesAsync(GatewayState state, IReadOnlyList<(GatewayService Service, string Host, string Path)> requests, CancellationToken cancellationToken)
    {
        var states = await Task.WhenAll(GetStates(state, "ask").Select(async endpoint => endpoint is { State: { } read, Gateway: IListedPrices { CanAskPrices: true } prices }
            ? endpoint with { State = await prices.AskPricesAsync(read, requests, cancellationToken).ConfigureAwait(false) }
            : endpoint)).ConfigureAwait(false);

        // The price server is kept if one endpoint shows it.
        var asked = new Dictionary<string, AskedPrice>(StringComparer.Ordinal);
        foreach (var price in states.SelectMany(static endpoint => endpoint.State?.AskedPrices ?? new Dictionary<string, AskedPrice>()).OrderBy(static price => price.Value.IsDynamic))
        {
            asked[price.Key] = price.Value;
        }

        return state with { Snapshot = states, AskedPrices = asked };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var endpoint in Endpoints)
        {
            endpoint.Dispose();
        }
    }

    /// <summary>Waits until one endpoint has answered, or all have failed.</summary>
    private static async Task FirstReadAsync(IEnumerable<Task<EndpointState>> reads)
    {
        var open = reads.ToList();
        while (open.Count > 0)
        {
            var read = await Task.WhenAny(open).ConfigureAwait(false);
            if ((await read.ConfigureAwait(false)).State is not null)
            {
                return;
            }

            open.Remove(read);
        }
    }

    /// <param name="endpoint">The endpoint.</param>
    /// <param name="patience">Ends the read of an endpoint that is slower than the others.</param>
    /// <param name="cancellationToken">Stops the whole read.</param>
    private static async Task<EndpointState> ReadAsync(IGateway endpoint, CancellationToken patience, CancellationToken cancellationToken)
    {
        try
        {
            return new EndpointState(endpoint, await endpoint.ReadStateAsync(patience).ConfigureAwait(false), null);
        }
        catch (LightningOpsException failure)
        {
            return new EndpointState(endpoint, null, failure);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new EndpointState(endpoint, null, new GatewayException(endpoint.Name, "read", "timeout", "Check that this endpoint is up and can be reached from here."));
        }
    }

    private static async Task<(IGateway Gateway, GatewayDeployment? Deployment, Exception? Failure)> CloseAsync(IGateway endpoint, GatewayClosing closing, CancellationToken cancellationToken)
    {
        try
        {
            return (endpoint, await endpoint.CloseAsync(closing, cancellationToken).ConfigureAwait(false), null);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return (endpoint, null, failure);
        }
    }

    // Not cancelled: endpoints that sell different things are worse than a late roll-back.
    private async Task UndoAsync(GatewayRollout rollout, IEnumerable<EndpointState> applied, EndpointDrain? drain, Exception failure)
    {
        var failures = await RollBackAsync(rollout.RequestId, rollout.DeploymentId, applied, drain, CancellationToken.None).ConfigureAwait(false);
        if (failures.Count > 0)
        {
            throw new GatewayException(
                Name,
                "apply",
                GetReason(failure) + "; rollback_failed:" + FormatFailures(failures),
                "Make every endpoint reachable and roll out again: until then they may serve different configurations.",
                failure);
        }
    }

    private static async Task<List<(IGateway Gateway, Exception Failure)>> RollBackAsync(string requestId, string deploymentId, IEnumerable<EndpointState> states, EndpointDrain? drain, CancellationToken cancellationToken)
    {
        var failures = new List<(IGateway Gateway, Exception Failure)>();
        foreach (var endpoint in states)
        {
            try
            {
                if (endpoint.State is { } before)
                {
                    await (drain is null
                        ? endpoint.Gateway.RollBackAsync(requestId, deploymentId, before, cancellationToken)
                        : drain.AroundRollBackAsync(endpoint.Gateway, () => endpoint.Gateway.RollBackAsync(requestId, deploymentId, before, cancellationToken))).ConfigureAwait(false);
                }
            }
            catch (LightningOpsException failure)
            {
                failures.Add((endpoint.Gateway, failure));
            }
        }

        return failures;
    }

    /// <summary>Probes each endpoint itself. The worst result counts, with the endpoint that gave it.</summary>
    private async Task<ProbeResult> ProbeAsync(Func<IGateway, int, Task<ProbeResult>> probe)
    {
        var results = new List<ProbeResult>();
        foreach (var endpoint in Endpoints)
        {
            results.Add(await probe(endpoint, results.Count).ConfigureAwait(false));
        }

        var worst = results.FindIndex(static result => result.Outcome == ProbeOutcome.Failed);
        worst = worst >= 0 ? worst : Math.Max(0, results.FindIndex(static result => result.Outcome == ProbeOutcome.Skipped));
        var found = results[worst];
        return found with
        {
            Reason = found.Outcome == ProbeOutcome.Failed ? Endpoints[worst].Name + ": " + found.Reason : found.Reason,
            Endpoints = results,
        };
    }

    private IReadOnlyList<EndpointState> GetStates(GatewayState state, string operation) => state.Snapshot as IReadOnlyList<EndpointState>
        ?? throw new GatewayException(Name, operation, "state_of_another_gateway", "Read the state from this gateway.");

    private GatewayException Failed(string operation, string what, IReadOnlyList<(IGateway Gateway, Exception Failure)> failures) =>
        new(Name, operation, what + ": " + FormatFailures(failures), (failures[0].Failure as LightningOpsException)?.Remedy ?? "Check these endpoints and run the command again.", failures[0].Failure);

    private static string FormatFailures(IEnumerable<(IGateway Gateway, Exception Failure)> failures)
    {
        var text = new StringBuilder();
        foreach (var (gateway, failure) in failures)
        {
            text.Append(text.Length == 0 ? string.Empty : ", ").Append(gateway.Name).Append(" (").Append(GetReason(failure)).Append(')');
        }

        return text.ToString();
    }

    internal static string GetReason(Exception failure) => failure switch
    {
        GatewayException gateway => gateway.Reason,
        LightningOpsException own => own.Message,
        OperationCanceledException => "cancelled",
        _ => "unexpected:" + failure.GetType().Name,
    };
}
