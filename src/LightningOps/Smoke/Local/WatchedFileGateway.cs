using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Loopback;

namespace LightningOps.Smoke.Local;

/// <summary>A file gateway whose reader is told of each new version at once, instead of finding it a moment later.</summary>
internal sealed class WatchedFileGateway : IGateway
{
    private readonly ApertureFileGateway file;
    private readonly LoopbackGateway reader;

    public WatchedFileGateway(ApertureFileGateway file, LoopbackGateway reader)
    {
        this.file = file;
        this.reader = reader;
    }

    public string Name => file.Name;

    public Task<GatewayState> ReadStateAsync(CancellationToken cancellationToken) => file.ReadStateAsync(cancellationToken);

    public RolloutPlan Plan(GatewayState state, GatewayRollout rollout) => file.Plan(state, rollout);

    public async Task<GatewayDeployment> ApplyAsync(GatewayRollout rollout, CancellationToken cancellationToken)
    {
        var deployment = await file.ApplyAsync(rollout, cancellationToken).ConfigureAwait(false);
        Reload("apply");
        return deployment;
    }

    public async Task<GatewayDeployment?> RollBackAsync(string requestId, string deploymentId, GatewayState state, CancellationToken cancellationToken)
    {
        var deployment = await file.RollBackAsync(requestId, deploymentId, state, cancellationToken).ConfigureAwait(false);
        Reload("roll back");
        return deployment;
    }

    public Task<ProbeResult> ProbeHealthAsync(CancellationToken cancellationToken) => file.ProbeHealthAsync(cancellationToken);

    public Task<ProbeResult> ProbeChallengeAsync(ProbeRoute? route, CancellationToken cancellationToken) => file.ProbeChallengeAsync(route, cancellationToken);

    public Task<ProbeResult> ProbeProxyAsync(ProbeRoute? route, ProbeResult challenge, CancellationToken cancellationToken) => file.ProbeProxyAsync(route, challenge, cancellationToken);

    public void Dispose() => file.Dispose();

    private void Reload(string operation)
    {
        try
        {
            reader.Reload();
        }
        catch (Exception failure) when (failure is LoopbackConfigException or IOException)
        {
            throw new GatewayException(Name, operation, "not_served:" + failure.Message, "Look at the file.", failure);
        }
    }
}
