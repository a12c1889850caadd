using System.Collections.Generic;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.Ops;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Gateway.Ops;

/// <summary>A gateway with ops endpoints that was rolled out to from here: its services are known although it does not tell them.</summary>
public sealed class OpsGatewayRecordsContractTests : GatewayContract
{
    private readonly OpsPeer peer = new();
    private readonly LoopbackServer server;

    public OpsGatewayRecordsContractTests() => server = new LoopbackServer(peer.AnswerAsync);

    protected override IReadOnlyList<GatewayService> Served => peer.Served;

    protected override int Writes => peer.Writes;

    protected override Task<IGateway> OpenAsync() => Task.FromResult<IGateway>(new OpsGateway(new OpsGatewayOptions
    {
        BaseUrl = server.Url,
        ChallengeUrl = server.Url + "/staging",
        ProxyUrl = server.Url + "/staging",
        OpsToken = OperatorSecret.From("tok"),
        Records = new MemoryRecords(),
        Http = TestHttp.Options,
    }));

    protected override async Task CloseAsync() => await server.DisposeAsync();
}
