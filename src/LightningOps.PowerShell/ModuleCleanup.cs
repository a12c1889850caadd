using System.Management.Automation;
using System.Management.Automation.Runspaces;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell;

/// <summary>Ends what runs in the session when the module is removed from it.</summary>
public sealed class ModuleCleanup : IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        if (Runspace.DefaultRunspace is { } runspace)
        {
            SessionContext.For(runspace).Gateways.StopAll();
        }
    }
}
