using System.Collections.Generic;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.Endpoints;
using LightningOps.Tests.Gateway.ApertureAdmin;
using Xunit;

namespace LightningOps.Tests.Gateway.Endpoints;

public sealed class EndpointGroupContractTests : GatewayContract
{
    private readonly AdminEndpoint first = new();
    private readonly AdminEndpoint second = new();

    protected override IReadOnlyList<GatewayService> Served
    {
        get
        {
            ServedOrder.AssertMeans(first.Aperture.Services, second.Aperture.Services);
            return second.Aperture.Services;
        }
    }

    protected override int Writes => first.Aperture.Writes;

    protected override Task<IGateway> OpenAsync() => Task.FromResult<IGateway>(new EndpointGroup([first.Open(), second.Open()]));

    protected override async Task CloseAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
    }
}
