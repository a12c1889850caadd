using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using LightningOps.Paywalls;

namespace LightningOps.PowerShell.Session;

/// <summary>Prepares a session when the module is imported, and stops everything that runs in it when the module is removed.</summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnImport() => Invoke("Update-TypeData", force: true);

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        if (Runspace.DefaultRunspace is { } runspace)
        {
            SessionContexts.For(runspace).CloseAll();
        }

        Invoke("Remove-TypeData", force: false);
    }

    // An enum value that comes back from a job, a remote session or Import-Clixml is the value again. Without this it is a
    // number, which equals no name: Where-Object Status -eq Applied finds nothing.
    private static IEnumerable<TypeData> Enums() =>
        new[] { typeof(Paywall).Assembly, typeof(ModuleLifetime).Assembly }
            .SelectMany(static assembly => assembly.GetExportedTypes())
            .Where(static type => type.IsEnum)
            .Select(static type => new TypeData("Deserialized." + type.FullName) { TargetTypeForDeserialization = type });

    private static void Invoke(string command, bool force)
    {
        if (Runspace.DefaultRunspace is null)
        {
            return;
        }

        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand("Microsoft.PowerShell.Utility\\" + command).AddParameter("ErrorAction", ActionPreference.Ignore);
        if (force)
        {
            shell.AddParameter("Force");
        }

        shell.Invoke(Enums());
    }
}
