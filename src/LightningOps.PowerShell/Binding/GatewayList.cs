using System;
using System.Collections.Generic;
using LightningOps.Gateway;

namespace LightningOps.PowerShell.Binding;

/// <summary>The gateways of a command, in the given order; disposed together.</summary>
internal sealed class GatewayList : IDisposable
{
    private readonly List<IGateway> gateways = new();
    private readonly IDisposable? wallet;

    /// <summary>Creates the list; the gateways already made are disposed when one fails.</summary>
    /// <param name="making">Creates the gateways.</param>
    /// <param name="wallet">Wallet of their checks, disposed with them; null for none.</param>
    /// <param name="stopCommands">The command that takes each gateway down, in their order; null for none.</param>
    /// <param name="refused">Gateways left out of a close, with the reasons; null for none.</param>
    /// <exception cref="ConfigException">A gateway is given twice.</exception>
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

    /// <summary>Gateways that are not closed, because a given value does not state which of them it is for.</summary>
    public IReadOnlyList<(string Gateway, LightningOpsException Error)> Refused { get; }

    /// <summary>The command that takes each gateway down, in the order of <see cref="All"/>; null for none.</summary>
    public IReadOnlyList<IReadOnlyList<string>?> StopCommands { get; }

    public void Dispose()
    {
        gateways.ForEach(static gateway => gateway.Dispose());
        wallet?.Dispose();
    }
}
