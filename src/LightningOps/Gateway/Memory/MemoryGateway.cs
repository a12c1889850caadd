using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;
using LightningOps.Gateway.Routing;

namespace LightningOps.Gateway.Memory;

/// <summary>A gateway in memory, for Mock mode and tests: it serves the rolled out configuration and fails according to its <see cref="FaultPlan"/>.</summary>
internal sealed class MemoryGateway : IGateway, IServiceReopening
{
    private const string Proof = "L402 smoke:proof";
    private readonly MemoryGatewayOptions options;
    private volatile LiveServices live = new(null, Array.Empty<GatewayService>(), ServiceOrigins.Unknown);

    /// <summary>Creates a gateway that serves nothing yet.</summary>
    public MemoryGateway(MemoryGatewayOptions? options = null) => this.options = options ?? new MemoryGatewayOptions();

    /// <inheritdoc/>
    public string Name => options.Name;

    /// <inheritdoc/>
    public Task<GatewayState> ReadStateAsync(CancellationToken cancellationToken) =>
        CallAsync(GatewayOperation.ReadState, "read", State, cancellationToken);

    /// <inheritdoc/>
    public RolloutPlan Plan(GatewayState state, GatewayRollout rollout) => new()
    {
        Gateway = Name,
        CurrentConfigHash = state.Active?.ConfigHash,
        ConfigHash = rollout.ConfigHash,
        Changes = RolloutPlanner.Compare(state.Services ?? Array.Empty<GatewayService>(), DesiredServices.From(rollout.Rules, withExtras: true)),
        Examples = new RequestExamples(state.Services, DesiredServices.From(rollout.Rules, withExtras: true)),
    };

    /// <inheritdoc/>
    public Task<GatewayDeployment> ApplyAsync(GatewayRollout rollout, CancellationToken cancellationToken)
    {
        var deployment = new GatewayDeployment
        {
            DeploymentId = rollout.DeploymentId,
            ConfigHash = rollout.ConfigHash,
            ImageDigest = options.ImageDigest,
        };
        return CallAsync(
            GatewayOperation.Apply,
            "apply",
            () =>
            {
                live = new LiveServices(deployment, DesiredServices.From(rollout.Rules, withExtras: true), new ServiceOrigins(null, ServiceOrigins.GetOwners(rollout.Rules), () => rollout.Rules));
                return deployment;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<GatewayDeployment?> RollBackAsync(string requestId, string deploymentId, GatewayState state, CancellationToken cancellationToken) =>
        CallAsync(
            GatewayOperation.RollBack,
            "roll back",
            () =>
            {
                live = new LiveServices(state.Active, state.Services ?? Array.Empty<GatewayService>(), state.Origins);
                return state.Active;
            },
            cancellationToken);

    /// <inheritdoc/>
    public RolloutPlan? PlanClosing(GatewayState state, GatewayClosing closing) =>
        ClosedServices.Plan(Name, state.Active?.ConfigHash, state.Services ?? Array.Empty<GatewayService>(), closing.For(state.Origins).Closes);

    /// <inheritdoc/>
    public Task<GatewayDeployment?> CloseAsync(GatewayClosing closing, CancellationToken cancellationToken) =>
        CallAsync(
            GatewayOperation.Close,
            "close",
            () =>
            {
                if (PlanClosing(State(), closing) is { } plan)
                {
                    var deployment = new GatewayDeployment { DeploymentId = closing.DeploymentId, ConfigHash = plan.ConfigHash, ImageDigest = options.ImageDigest };
                    live = new LiveServices(deployment, ClosedServices.Close(live.Services, closing.For(live.Origins).Closes), live.Origins);
                }

                return live.Active;
            },
            cancellationToken);

    bool IServiceReopening.CarriesFeatures => true;

    Diagnostic? IServiceReopening.FindRefusal(GatewayState state) => null;

    Task<GatewayDeployment?> IServiceReopening.ReopenAsync(GatewayReopening reopening, CancellationToken cancellationToken) =>
        CallAsync(
            GatewayOperation.Apply,
            "reopen",
            () =>
            {
                var services = live.Services.Select(service => reopening.Reopen(service, withExtras: true)).ToArray();
                live = new LiveServices(new GatewayDeployment { DeploymentId = reopening.DeploymentId, ConfigHash = ClosedServices.ComputeHash(services), ImageDigest = options.ImageDigest }, services, live.Origins.After(reopening));
                return live.Active;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeHealthAsync(CancellationToken cancellationToken) =>
        ProbeAsync(GatewayOperation.Health, () => ProbeResult.Passed(200), cancellationToken);

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeChallengeAsync(ProbeRoute? route, CancellationToken cancellationToken) =>
        ProbeAsync(
            GatewayOperation.Challenge,
            () => ProbeReasons.ForRoute(route) is { } reason
                ? ProbeResult.Skipped(reason)
                : ProbeResult.Passed(402) with { Authorization = Proof },
            cancellationToken);

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeProxyAsync(ProbeRoute? route, ProbeResult challenge, CancellationToken cancellationToken) =>
        ProbeAsync(
            GatewayOperation.Proxy,
            () => ProbeReasons.ForRoute(route) is { } reason ? ProbeResult.Skipped(reason)
                : challenge.Authorization is null ? ProbeResult.Failed(ProbeReasons.MissingAuthorization)
                : ProbeResult.Passed(200),
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        // It holds nothing.
    }

    private GatewayState State()
    {
        var now = live;
        return new GatewayState { Active = now.Active, Services = now.Services, Origins = now.Origins };
    }

    private Task<T> CallAsync<T>(GatewayOperation operation, string name, Func<T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var fate = options.Faults.Take(operation);
        if (fate == FaultMoment.Before)
        {
            return Task.FromException<T>(Fault(name));
        }

        var answer = call();
        return fate is null ? Task.FromResult(answer) : Task.FromException<T>(Fault(name));
    }

    private Task<ProbeResult> ProbeAsync(GatewayOperation operation, Func<ProbeResult> probe, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(options.Faults.Take(operation) is null ? probe() : ProbeResult.Failed("injected_fault", 500));
    }

    private GatewayException Fault(string operation) =>
        new(Name, operation, "injected_fault", "Remove the fault from the plan of the gateway.");

    private sealed record LiveServices(GatewayDeployment? Active, IReadOnlyList<GatewayService> Services, ServiceOrigins Origins);
}

/// <summary>Options of a <see cref="MemoryGateway"/>.</summary>
internal sealed record MemoryGatewayOptions
{
    /// <summary>Name of the gateway.</summary>
    public string Name { get; init; } = "memory";

    /// <summary>Digest it reports as its image, or null for none.</summary>
    public string? ImageDigest { get; init; } = "sha256:new";

    /// <summary>Calls that fail.</summary>
    public FaultPlan Faults { get; init; } = new();
}
