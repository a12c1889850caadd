using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;
using LightningOps.Gateway.Routing;
using LightningOps.Http;

namespace LightningOps.Gateway.Loopback;

/// <summary>
/// A running loopback gateway without a file, as a gateway to roll out to. A new configuration takes effect between
/// two requests. Disposing it does not stop the gateway.
/// </summary>
internal sealed class LoopbackGatewayAdapter : IGateway, IServiceReopening, IGatewayTransactions, IRouteProbes
{
    private readonly LoopbackGateway gateway;
    private readonly GatewayHttp http;
    private readonly SaleProbes sales;

    /// <summary>A gateway to roll out to.</summary>
    /// <param name="gateway">The running gateway.</param>
    /// <param name="probes">Options of the challenge and proxy checks.</param>
    /// <param name="options">Clock and limits of the checks.</param>
    public LoopbackGatewayAdapter(LoopbackGateway gateway, SaleProbeOptions probes, GatewayHttpOptions? options = null)
    {
        this.gateway = gateway ?? throw new ArgumentNullException(nameof(gateway));
        http = new GatewayHttp(Name, options ?? new GatewayHttpOptions(), Array.Empty<string>);
        sales = new SaleProbes(probes, http, allowInsecure: false);
    }

    /// <inheritdoc/>
    public string Name => "loopback:" + gateway.Url;

    /// <inheritdoc/>
    public Task<GatewayState> ReadStateAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RequireRunning("read");
        var served = gateway.Live;
        return Task.FromResult(new GatewayState { Active = GetActive(served), Services = served.File.Services, Snapshot = served, Origins = gateway.Origins });
    }

    /// <inheritdoc/>
    public Task<SettledTransactionPage> ListSettledAsync(SettledTransactionQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new LoopbackSales(gateway).ListSettledAsync(query ?? throw new ArgumentNullException(nameof(query)), cancellationToken);
    }

    bool IRouteProbes.CanAsk => sales.CanAsk;

    Task<ProbeResult> IRouteProbes.AskClosedAsync(string host, string path, CancellationToken cancellationToken) => sales.AskClosedAsync(host, path, cancellationToken);

    Task<ProbeResult> IRouteProbes.AskPriceAsync(ProbeRoute route, CancellationToken cancellationToken) => ProbeChallengeAsync(route, cancellationToken);

    Task<ProbeResult> IRouteProbes.BuyAsync(ProbeRoute route, ProbeResult price, CancellationToken cancellationToken) => ProbeProxyAsync(route, price, cancellationToken);

    /// <inheritdoc/>
    public RolloutPlan Plan(GatewayState state, GatewayRollout rollout)
    {
        var served = GetSnapshot(state, "plan");
        return new RolloutPlan
        {
            Gateway = Name,
            CurrentConfigHash = GetActive(served)?.ConfigHash,
            ConfigHash = rollout.ConfigHash,
            Changes = RolloutPlanner.Compare(served.File.Services, DesiredServices.From(rollout.Rules, withExtras: true)),
            Examples = new RequestExamples(served.File.Services, DesiredServices.From(rollout.Rules, withExtras: true)),
            Diagnostics = (RolloutRefusals.ForAperture(rollout) ?? DynamicPrices.FindLoss(served.File.Services, DesiredServices.From(rollout.Rules, withExtras: true), rollout)) is { } refusal ? [refusal] : [],
        };
    }

    /// <inheritdoc/>
    public Task<GatewayDeployment> ApplyAsync(GatewayRollout rollout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RequireRunning("apply");
        var deployment = new GatewayDeployment { DeploymentId = rollout.DeploymentId, ConfigHash = rollout.ConfigHash };
        try
        {
            // An artifact of another rendering would read as a file without services.
            ServicesArtifact.GetBlock(Encoding.UTF8.GetString(rollout.Artifact.ToArray()));
        }
        catch (ArgumentException other)
        {
            throw new GatewayException(Name, "apply", "artifact_not_for_gateway", "Roll out the Aperture rendering.", other);
        }

        Load("apply", rollout.Artifact.ToArray(), deployment);
        gateway.Origins = new ServiceOrigins(null, ServiceOrigins.GetOwners(rollout.Rules), () => rollout.Rules);
        return Task.FromResult(deployment);
    }

    /// <inheritdoc/>
    public Task<GatewayDeployment?> RollBackAsync(string requestId, string deploymentId, GatewayState state, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RequireRunning("roll back");
        gateway.Restore(GetSnapshot(state, "roll back"));
        gateway.Origins = state.Origins;
        return Task.FromResult(state.Active);
    }

    /// <inheritdoc/>
    public RolloutPlan? PlanClosing(GatewayState state, GatewayClosing closing) =>
        FileClosing.Plan(Name, GetSnapshot(state, "plan").File, LiveRows.None, true, closing.For(state.Origins), state.Origins);

    /// <inheritdoc/>
    public Task<GatewayDeployment?> CloseAsync(GatewayClosing closing, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RequireRunning("close");
        var served = gateway.Live;
        closing = closing.For(gateway.Origins);
        if (FileClosing.Plan(Name, served.File, LiveRows.None, true, closing, gateway.Origins) is not { } plan)
        {
            return Task.FromResult(GetActive(served));
        }

        try
        {
            var deployment = new GatewayDeployment { DeploymentId = closing.DeploymentId, ConfigHash = plan.ConfigHash };
            Load("close", FileClosing.Close(served.File, closing, gateway.Origins).Bytes, deployment);
            return Task.FromResult<GatewayDeployment?>(deployment);
        }
        catch (ApertureConfigFormatException e)
        {
            throw new GatewayException(Name, "close", "file_not_spliceable:" + e.Message, e.Remedy, e);
        }
    }

    bool IServiceReopening.CarriesFeatures => true;

    Diagnostic? IServiceReopening.FindRefusal(GatewayState state) => null;

    Task<GatewayDeployment?> IServiceReopening.ReopenAsync(GatewayReopening reopening, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RequireRunning("reopen");
        try
        {
            var after = FileReopening.Reopen(gateway.Live.File, reopening);
            var deployment = new GatewayDeployment { DeploymentId = reopening.DeploymentId, ConfigHash = after.ConfigHash! };
            Load("reopen", after.Bytes, deployment);
            gateway.Origins = gateway.Origins.After(reopening);
            return Task.FromResult<GatewayDeployment?>(deployment);
        }
        catch (ApertureConfigFormatException e)
        {
            throw new GatewayException(Name, "reopen", "file_not_spliceable:" + e.Message, e.Remedy, e);
        }
    }

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeHealthAsync(CancellationToken cancellationToken) =>
        new GatewayProbes(http).ForSuccessAsync(new GatewayRequest(HttpMethod.Options, new Uri(gateway.Url)), cancellationToken);

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeChallengeAsync(ProbeRoute? route, CancellationToken cancellationToken) => sales.ChallengeAsync(route, cancellationToken);

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeProxyAsync(ProbeRoute? route, ProbeResult challenge, CancellationToken cancellationToken) =>
        sales.ProxyAsync(route, challenge, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static GatewayDeployment? GetActive(LoopbackLiveConfiguration served) => served.Deployment
        ?? (served.File is { ConfigHash: { } hash, Services.Count: > 0 } ? new GatewayDeployment { ConfigHash = hash } : null);

    private void Load(string operation, byte[] config, GatewayDeployment deployment)
    {
        try
        {
            gateway.Load(config, deployment);
        }
        catch (LoopbackConfigException refused)
        {
            throw new GatewayException(Name, operation, "not_loaded:" + refused.Message, refused.Remedy, refused);
        }
    }

    private void RequireRunning(string operation)
    {
        if (!gateway.IsRunning)
        {
            throw new GatewayException(Name, operation, "gateway_stopped", "Start it with Start-L402TestGateway.");
        }
    }

    private LoopbackLiveConfiguration GetSnapshot(GatewayState state, string operation) => state.Snapshot as LoopbackLiveConfiguration
        ?? throw new GatewayException(Name, operation, "state_of_another_gateway", "Read the state from this gateway.");
}
