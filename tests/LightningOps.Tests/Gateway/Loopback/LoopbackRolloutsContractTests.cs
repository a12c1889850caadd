using System.Collections.Generic;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.Loopback;
using LightningOps.Settings;

namespace LightningOps.Tests.Gateway.Loopback;

public sealed class LoopbackRolloutsContractTests : GatewayContract
{
    private readonly LoopbackGateway running = LoopbackGateway.Start();

    protected override IReadOnlyList<GatewayService> Served => running.Live.File.Services;

    protected override int Writes => running.Live.GetHashCode();

    protected override Task<IGateway> OpenAsync() => Task.FromResult(GatewayFactory.Create(
        GatewayReference.Parse("loopback"), new GatewaySettings { Environment = new OperatorEnvironment(static _ => null), Running = [running] }));

    protected override Task CloseAsync() => running.StopAsync();
}
