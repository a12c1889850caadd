using System.Collections.Generic;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Probes;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

public sealed class ApertureAdminGatewayContractTests : GatewayContract
{
    private readonly StrictAperture aperture = new();
    private readonly LoopbackServer server;

    public ApertureAdminGatewayContractTests() => server = new LoopbackServer(aperture.AnswerAsync);

    protected override IReadOnlyList<GatewayService> Served => aperture.Services;

    protected override int Writes => aperture.Writes;

    protected override Task<IGateway> OpenAsync() => Task.FromResult<IGateway>(new ApertureAdminGateway(new ApertureAdminGatewayOptions
    {
        BaseUrl = server.Url,
        Macaroon = OperatorSecret.From(StrictAperture.Macaroon),
        Records = new MemoryRecords(),
        Probes = new SaleProbeOptions { BaseUrl = server.Url },
        Http = TestHttp.Options,
    }));

    protected override async Task CloseAsync() => await server.DisposeAsync();
}
