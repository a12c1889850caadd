using System;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace LightningOps.PowerShell.Tests.Hosting;

/// <summary>
/// The test assembly run as a program: one script in a session without the module, in a separate process, for state
/// that does not change once an assembly is loaded.
/// </summary>
internal static class BareSession
{
    private static int Main(string[] arguments)
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = System.Management.Automation.PowerShell.Create(runspace);
        try
        {
            foreach (var output in shell.AddScript(arguments[0]).Invoke())
            {
                Console.Out.WriteLine(output);
            }
        }
        catch (RuntimeException failure)
        {
            Console.Error.WriteLine(failure.Message);
        }

        foreach (var error in shell.Streams.Error)
        {
            Console.Error.WriteLine(error);
        }

        return 0;
    }
}
