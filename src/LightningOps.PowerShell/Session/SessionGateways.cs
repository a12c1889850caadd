using System.Collections.Generic;
using LightningOps.Gateway.Loopback;
using LightningOps.Payments.Simulation;

namespace LightningOps.PowerShell.Session;

/// <summary>The running loopback gateways of a session; they end with it, and when the module is removed.</summary>
internal sealed class SessionGateways
{
    private readonly List<LoopbackGateway> gateways = new();

    /// <summary>The running gateways, in start order.</summary>
    public IReadOnlyList<LoopbackGateway> All
    {
        get
        {
            lock (gateways)
            {
                gateways.RemoveAll(static gateway => !gateway.IsRunning);
                return gateways.ToArray();
            }
        }
    }

    /// <summary>The wallet of the only running gateway; null if none or several run.</summary>
    public SimulatedWallet? Wallet => All is { Count: 1 } one ? one[0].Wallet : null;

    /// <summary>Keeps a gateway that was started.</summary>
    public void Add(LoopbackGateway gateway)
    {
        lock (gateways)
        {
            gateways.Add(gateway);
        }
    }

    /// <summary>Stops all gateways.</summary>
    public void StopAll()
    {
        foreach (var gateway in All)
        {
            gateway.Dispose();
        }
    }
}
