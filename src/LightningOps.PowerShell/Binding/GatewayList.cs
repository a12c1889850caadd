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
    /// <param name="stopCommands">The command that takes each gateway down, in their order; null for none.</param>
    /// <param name="refused">Gateways that are left out of a close, and why; null for none.</param>
    /// <exception cref="ConfigException">One is named twice.</exception>
    public GatewayList(IEnumerable<IGateway> making, IDisposable? wallet = null, IReadOnlyList<(string Gateway, LightningOpsException Error)>? refused = null, IReadOnlyList<IReadOnlyList<string>?>? stopCommands = null)
    {
        this.wallet = wallet;
        Refused = refused ?? [];
        StopCommands = stopCommands ?? [];
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

    /// <summary>Gateways that are not closed, because a value given does not say which of them it is for.</summary>
    public IReadOnlyList<(string Gateway, LightningOpsException Error)> Refused { get; }

    /// <summary>The command that takes each gateway down, in the order of <see cref="All"/>; null for none.</summary>
    public IReadOnlyList<IReadOnlyList<string>?> StopCommands { get; }

    public void Dispose()
    {
        gateways.ForEach(static gateway => gateway.Dispose());
        wallet?.Dispose();
    }
}
