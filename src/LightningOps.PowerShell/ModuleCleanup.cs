using System.Management.Automation;
using System.Management.Automation.Runspaces;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell;

/// <summary>Stops everything that runs in the session when the module is removed.</summary>
public sealed class ModuleCleanup : IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        if (Runspace.DefaultRunspace is { } runspace)
        {
            SessionContexts.For(runspace).CloseAll();
        }
    }
}
