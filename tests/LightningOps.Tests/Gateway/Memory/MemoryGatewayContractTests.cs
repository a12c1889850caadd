using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.Memory;

namespace LightningOps.Tests.Gateway.Memory;

public sealed class MemoryGatewayContractTests : GatewayContract
{
    private readonly MemoryGateway gateway = new();

    protected override IReadOnlyList<GatewayService> Served => gateway.ReadStateAsync(CancellationToken.None).Result.Services!;

    protected override int Writes => 0;

    protected override Task<IGateway> OpenAsync() => Task.FromResult<IGateway>(gateway);

    protected override Task CloseAsync() => Task.CompletedTask;
}
