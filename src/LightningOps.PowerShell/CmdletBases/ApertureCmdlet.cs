using System;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet of Aperture's own operations, over the admin API of each endpoint.</summary>
public abstract class ApertureCmdlet : NamedGatewayCmdlet
{
    /// <summary>Processes the operations of each endpoint.</summary>
    private protected Task ForEachApertureAsync(Func<IGateway, ApertureOperations, Task> work) =>
        ForEachEndpointAsync((_, endpoint) => work(endpoint, ApertureOperations.Find(endpoint) ?? throw new ConfigException(
            nameof(Gateway),
            endpoint.Name + " is not an Aperture with an admin API",
            "Use -Gateway admin:https://host:port, or file:PATH where the file turns the admin API on.")));

    /// <summary>Warns of a list that is not complete, and returns it.</summary>
    private protected ApertureList<T> WithWarning<T>(ApertureList<T> list)
    {
        if (list.Warning is { } warning)
        {
            WriteWarning(warning);
        }

        return list;
    }
}
