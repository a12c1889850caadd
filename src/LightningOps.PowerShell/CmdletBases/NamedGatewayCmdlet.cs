using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.Completion;
using LightningOps.Storage;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that calls each endpoint of gateways; a failing one does not prevent the others.</summary>
public abstract class NamedGatewayCmdlet : GatewayCmdlet
{
    /// <summary>
    /// Gateways as in Sync-ApertureConfig: ops, ops:https://host, admin:https://host:port, file:PATH, loopback; or a hashtable for each
    /// with Kind, Endpoint or Path and the settings of that gateway.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(GatewayCompleter))]
    [ValidateNotNullOrEmpty]
    [GatewayTransformation]
    public GatewayArgument[] Gateway { get; set; } = [];

    /// <summary>Processes each endpoint of the given gateways.</summary>
    /// <param name="work">The work; receives the name of the gateway.</param>
    private protected async Task ForEachEndpointAsync(Func<string, IGateway, Task> work)
    {
        using var gateways = OpenGateways(Gateway, EffectiveMode, StoreAccess.Read);
        foreach (var gateway in gateways.All)
        {
            foreach (var endpoint in ServedServices.GetEndpoints(gateway))
            {
                await ForInputAsync(endpoint.Name, () => work(gateway.Name, endpoint)).ConfigureAwait(false);
            }
        }
    }
}
