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
    private const string UtilityCommands = ", Microsoft.PowerShell.Commands.Utility";

    /// <inheritdoc/>
    public void OnImport()
    {
        var enums = Enums().ToArray();
        Invoke("Microsoft.PowerShell.Commands.UpdateTypeDataCommand", shell => shell.AddParameter("TypeData", enums).AddParameter("Force"));
    }

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        if (Runspace.DefaultRunspace is { } runspace)
        {
            SessionContexts.For(runspace).CloseAll();
        }

        foreach (var type in Enums())
        {
            Invoke("Microsoft.PowerShell.Commands.RemoveTypeDataCommand", shell => shell.AddParameter("TypeData", type));
        }
    }

    // An enum value that comes back from a job, a remote session or Import-Clixml is the value again. Without this it is a
    // number, which equals no name: Where-Object Status -eq Applied finds nothing.
    private static IEnumerable<TypeData> Enums() =>
        new[] { typeof(Paywall).Assembly, typeof(ModuleLifetime).Assembly }
            .SelectMany(static assembly => assembly.GetExportedTypes())
            .Where(static type => type.IsEnum)
            .Select(static type => new TypeData("Deserialized." + type.FullName) { TargetTypeForDeserialization = type });

    // By its class, because the module of the cmdlet may be neither imported nor on the module path.
    private static void Invoke(string cmdlet, Action<System.Management.Automation.PowerShell> addParameters)
    {
        if (Runspace.DefaultRunspace is null || Type.GetType(cmdlet + UtilityCommands) is not { } type)
        {
            return;
        }

        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(new CmdletInfo("Use-TypeData", type)).AddParameter("ErrorAction", ActionPreference.Ignore);
        addParameters(shell);
        shell.Invoke();
    }
}
