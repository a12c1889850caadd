using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.Loopback;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.ApertureFile;

namespace LightningOps.Tests.Gateway.Loopback;

/// <summary>A loopback gateway that serves a file, rolled out to through the file: it must serve what the file says when the roll-out returns.</summary>
public sealed class ServedFileContractTests : GatewayContract
{
    private readonly GatewayFile file = new("127.0.0.1:1");
    private readonly LoopbackGateway running;

    public ServedFileContractTests() => running = LoopbackGateway.Start(new LoopbackGatewayOptions { ConfigPath = file.Path, WatchInterval = TimeSpan.FromHours(1) });

    protected override IReadOnlyList<GatewayService> Served => running.Live.File.Services;

    protected override int Writes => running.Live.GetHashCode();

    protected override Task<IGateway> OpenAsync() => Task.FromResult(GatewayFactory.Create(
        GatewayReference.Parse("file:" + file.Path), new GatewaySettings { Environment = new OperatorEnvironment(static _ => null), Running = [running] }));

    protected override async Task CloseAsync()
    {
        await running.StopAsync();
        file.Dispose();
    }
}
