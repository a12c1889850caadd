using System;
using System.IO;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;
using LightningOps.Shell;

using var module = ModuleCopy.Create();
Environment.SetEnvironmentVariable("PSModulePath", module.ModulePath + Path.PathSeparator + Environment.GetEnvironmentVariable("PSModulePath"));

var state = InitialSessionState.CreateDefault2();
if (OperatingSystem.IsWindows())
{
    state.ExecutionPolicy = ExecutionPolicy.Bypass;
}

state.ImportPSModule([module.Manifest]);
return ConsoleShell.Start(state, "PowerShell with LightningOps", "The arguments are those of pwsh: -Command, -File, a script on standard input, or none for a prompt.", args);
