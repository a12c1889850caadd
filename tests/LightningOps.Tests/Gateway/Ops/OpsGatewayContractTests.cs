using System.Collections.Generic;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.Ops;
using LightningOps.Settings;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Gateway.Ops;

public sealed class OpsGatewayContractTests : GatewayContract
{
    private readonly OpsPeer peer = new();
    private readonly LoopbackServer server;

    public OpsGatewayContractTests() => server = new LoopbackServer(peer.AnswerAsync);

    protected override IReadOnlyList<GatewayService> Served => peer.Served;

    protected override int Writes => peer.Writes;

    protected override bool TellsServices => false;

    protected override Task<IGateway> OpenAsync() => Task.FromResult<IGateway>(new OpsGateway(new OpsGatewayOptions
    {
        BaseUrl = server.Url + "/",
        ChallengeUrl = server.Url + "/staging",
        ProxyUrl = server.Url + "/staging",
        OpsToken = OperatorSecret.From("tok"),
        Http = TestHttp.Options,
    }));

    protected override async Task CloseAsync() => await server.DisposeAsync();
}
