using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation.Runspaces;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes an argument with values from a local control plane. A hosted control plane is never called from the prompt.</summary>
public abstract class StoreCompleter : StoredValueCompleter
{
    /// <summary>Ids in the control plane, each with a short description.</summary>
    private protected abstract Task<IEnumerable<(string Id, string About)>> ListAsync(IControlPlane controlPlane, CancellationToken cancellationToken);

    private protected sealed override IEnumerable<(string Id, string About)> Values(IDictionary bound)
    {
        var environment = SessionContext.For(Runspace.DefaultRunspace).Environment(bound["StorePath"] is { } path ? ResolveFile(path.ToString()) : null);
        var mode = bound["Mode"] is { } given ? (ControlPlaneMode)Enum.Parse(typeof(ControlPlaneMode), given.ToString(), ignoreCase: true) : ControlPlaneSettings.GetMode(environment);
        if (mode is not (ControlPlaneMode.Local or ControlPlaneMode.Mock))
        {
            return [];
        }

        using var controlPlane = ControlPlaneFactory.Create(ControlPlaneSettings.From(environment, mode));
        return ListAsync(controlPlane, CancellationToken.None).GetAwaiter().GetResult().OrderBy(static value => value.Id, StringComparer.Ordinal).ToList();
    }
}
