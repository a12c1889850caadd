using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation.Runspaces;
using LightningOps.Gateway.Registry;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes the name of a registered gateway.</summary>
public sealed class RegisteredGatewayCompleter : StoredValueCompleter
{
    private protected override IEnumerable<(string Id, string About)> Values(IDictionary bound) =>
        GatewayRegistry.ForAccount(SessionContext.For(Runspace.DefaultRunspace).Environment()).List().Select(static gateway => (gateway.Name, gateway.Place));
}
