using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.Probes;
using LightningOps.Tests.Gateway.ApertureAdmin;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Gateway.ApertureFile;

public sealed class ApertureFileGatewayContractTests : GatewayContract
{
    private readonly LoopbackServer server = new(new StrictAperture().AnswerAsync);
    private readonly GatewayFile file;

    public ApertureFileGatewayContractTests() => file = new GatewayFile(new Uri(server.Url).Authority);

    protected override IReadOnlyList<GatewayService> Served => LiveFile.FromBytes(file.Bytes).Services;

    protected override int Writes => BitConverter.ToInt32(SHA256.HashData(file.Bytes));

    protected override Task<IGateway> OpenAsync() => Task.FromResult<IGateway>(file.Open(options => options with
    {
        Probes = new SaleProbeOptions { BaseUrl = server.Url },
    }));

    protected override async Task CloseAsync()
    {
        await server.DisposeAsync();
        file.Dispose();
    }
}
