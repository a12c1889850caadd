using System.Collections.Generic;
using LightningOps.Gateway.Loopback;
using LightningOps.Payments.Simulation;

namespace LightningOps.PowerShell.Session;

/// <summary>The loopback gateways that run in a session; they end with it, and when the module is removed.</summary>
internal sealed class SessionGateways
{
    private readonly List<LoopbackGateway> gateways = new();

    /// <summary>Those that run, in the order they were started.</summary>
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

    /// <summary>Ends them all.</summary>
    public void StopAll()
    {
        foreach (var gateway in All)
        {
            gateway.Dispose();
        }
    }
}
