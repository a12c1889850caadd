using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Gateway.Loopback;
using LightningOps.Payments;
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

    /// <summary>The wallet of the gateway at all <paramref name="destinations" />, otherwise of the only running gateway; null if there is neither.</summary>
    public SimulatedWallet? FindWallet(IReadOnlyList<Uri>? destinations = null)
    {
        var running = All;
        return running.FirstOrDefault(gateway => destinations is { Count: > 0 } && destinations.All(destination => IsAt(gateway, destination)))?.Wallet
            ?? (running.Count == 1 ? running[0].Wallet : null);
    }

    /// <summary>The settings with the wallet of <see cref="FindWallet" />.</summary>
    public PayerSettings AddTo(PayerSettings settings, IReadOnlyList<Uri>? destinations = null) =>
        settings with { Simulated = FindWallet(destinations), RunningGateways = All.Select(static gateway => gateway.Url).ToArray() };

    /// <summary>Keeps a gateway that was started.</summary>
    public void Add(LoopbackGateway gateway)
    {
        lock (gateways)
        {
            gateways.Add(gateway);
        }
    }

    private static bool IsAt(LoopbackGateway gateway, Uri destination) =>
        destination.IsAbsoluteUri && new Uri(gateway.Url) is var own && destination.Scheme == own.Scheme && destination.Authority == own.Authority;

    /// <summary>Stops all gateways.</summary>
    public void StopAll()
    {
        foreach (var gateway in All)
        {
            gateway.Dispose();
        }
    }
}
