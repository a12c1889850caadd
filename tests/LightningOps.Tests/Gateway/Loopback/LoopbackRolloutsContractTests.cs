using System.Collections.Generic;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.Loopback;

namespace LightningOps.Tests.Gateway.Loopback;

public sealed class LoopbackRolloutsContractTests : GatewayContract
{
    private readonly LoopbackGateway running = LoopbackGateway.Start();

    protected override IReadOnlyList<GatewayService> Served => running.Served.File.Services;

    protected override int Writes => running.Served.GetHashCode();

    protected override Task<IGateway> OpenAsync() => Task.FromResult(GatewayFactory.Create(
        GatewayReference.Parse("loopback"), new GatewaySettings { Environment = new OperatorEnvironment(static _ => null), Running = [running] }));

    protected override Task CloseAsync() => running.StopAsync();
}
