using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Probes;

namespace LightningOps.Gateway.Loopback;

/// <summary>A running loopback gateway that serves a file, as a gateway to roll out to: through the file, under whose name the lease is taken.</summary>
internal sealed class LiveFileRollouts : IGateway, ILiveEvidence, IGatewayTransactions
{
    private readonly LoopbackGateway gateway;
    private readonly ApertureFileGateway file;

    public LiveFileRollouts(LoopbackGateway gateway, ApertureFileGateway file)
    {
        this.gateway = gateway;
        this.file = file;
    }

    LiveEvidence ILiveEvidence.Evidence => ((ILiveEvidence)file).Evidence;

    /// <inheritdoc/>
    public string Name => file.Name;

    /// <inheritdoc/>
    public Task<GatewayState> ReadStateAsync(CancellationToken cancellationToken) => file.ReadStateAsync(cancellationToken);

    /// <inheritdoc/>
    public RolloutPlan Plan(GatewayState state, GatewayRollout rollout) => file.Plan(state, rollout);

    /// <inheritdoc/>
    public Task<GatewayDeployment> ApplyAsync(GatewayRollout rollout, CancellationToken cancellationToken) => file.ApplyAsync(rollout, cancellationToken);

    /// <inheritdoc/>
    public Task<GatewayDeployment?> RollBackAsync(string requestId, string deploymentId, GatewayState state, CancellationToken cancellationToken) =>
        file.RollBackAsync(requestId, deploymentId, state, cancellationToken);

    /// <inheritdoc/>
    public RolloutPlan? PlanClosing(GatewayState state, GatewayClosing closing) => file.PlanClosing(state, closing);

    /// <inheritdoc/>
    public Task<GatewayDeployment?> CloseAsync(GatewayClosing closing, CancellationToken cancellationToken) => file.CloseAsync(closing, cancellationToken);

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeHealthAsync(CancellationToken cancellationToken) => file.ProbeHealthAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeChallengeAsync(ProbeRoute? route, CancellationToken cancellationToken) => file.ProbeChallengeAsync(route, cancellationToken);

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeProxyAsync(ProbeRoute? route, ProbeResult challenge, CancellationToken cancellationToken) =>
        file.ProbeProxyAsync(route, challenge, cancellationToken);

    /// <inheritdoc/>
    public Task<SettledTransactionPage> ListSettledAsync(SettledTransactionQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(LoopbackSales.GetPage(gateway, query));

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
