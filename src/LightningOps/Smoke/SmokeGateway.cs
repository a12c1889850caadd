using System;
using LightningOps.Gateway.Loopback;

namespace LightningOps.Smoke;

/// <summary>
/// The gateway of a smoke in Local mode without a given gateway: a loopback gateway, and an upstream that answers
/// instead of the paywalls' own, which shows that a paid request arrived.
/// </summary>
public sealed class SmokeGateway : IDisposable
{
    private SmokeGateway(EchoUpstream upstream, LoopbackGateway gateway)
    {
        Upstream = upstream;
        Gateway = gateway;
    }

    /// <summary>The gateway; it serves nothing yet.</summary>
    public LoopbackGateway Gateway { get; }

    /// <summary>Upstream of all requests.</summary>
    public EchoUpstream Upstream { get; }

    /// <summary>Starts both on free ports.</summary>
    public static SmokeGateway Start()
    {
        var upstream = EchoUpstream.Start();
        return new SmokeGateway(upstream, LoopbackGateway.Start(new LoopbackGatewayOptions { Upstream = upstream.Url, StopTimeout = TimeSpan.FromSeconds(1) }));
    }

    /// <summary>Stops both.</summary>
    public void Dispose()
    {
        Gateway.Dispose();
        Upstream.Dispose();
    }
}
