using System;
using System.Collections.Generic;
using LightningOps.Gateway;

namespace LightningOps.PowerShell.Binding;

/// <summary>The gateways a command works against, in the order named; disposed together.</summary>
internal sealed class GatewayList : IDisposable
{
    private readonly List<IGateway> gateways = new();
    private readonly IDisposable? wallet;

    /// <summary>Takes gateways as they are made; those made are disposed when one cannot be.</summary>
    /// <param name="making">Makes them.</param>
    /// <param name="wallet">What their checks pay with, disposed with them; null for nothing.</param>
    /// <exception cref="ConfigException">One is named twice.</exception>
    public GatewayList(IEnumerable<IGateway> making, IDisposable? wallet = null)
    {
        this.wallet = wallet;
        try
        {
            foreach (var gateway in making)
            {
                var isTwice = gateways.Exists(earlier => earlier.Name == gateway.Name);
                gateways.Add(gateway);
                if (isTwice)
                {
                    throw new ConfigException("Gateway", gateway.Name + " is named twice", "Name each gateway once.");
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<IGateway> All => gateways;

    public void Dispose()
    {
        gateways.ForEach(static gateway => gateway.Dispose());
        wallet?.Dispose();
    }
}
