using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace LightningOps.PowerShell.Tests.Hosting;

/// <summary>A session of its own with the staged module imported through its manifest, and a folder of its own.</summary>
internal sealed class ModuleSession : IDisposable
{
    private readonly Runspace runspace;

    public ModuleSession(int width = 80)
    {
        Screen = new ScreenHost(width);
        var state = InitialSessionState.CreateDefault2();
        state.ThrowOnRunspaceOpenError = true;
        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
        }

        state.ImportPSModule([Places.Manifest]);
        runspace = RunspaceFactory.CreateRunspace(Screen, state);
        runspace.Open();
        runspace.SessionStateProxy.Path.SetLocation(Folder.Path);
    }

    public ScreenHost Screen { get; }

    public TemporaryFolder Folder { get; } = new();

    /// <summary>Runs a script to its end; a terminating error is among the errors.</summary>
    public PipelineOutcome Run(string script, params (string Name, object? Value)[] variables)
    {
        foreach (var (name, value) in variables)
        {
            runspace.SessionStateProxy.SetVariable(name, value);
        }

        using var shell = System.Management.Automation.PowerShell.Create(runspace);
        shell.AddScript(script);
        IReadOnlyList<PSObject> output = [];
        List<ErrorRecord> terminating = [];
        try
        {
            output = shell.Invoke();
        }
        catch (RuntimeException failure)
        {
            terminating.Add(failure.ErrorRecord);
        }

        return new PipelineOutcome(
            output,
            [.. shell.Streams.Error, .. terminating],
            [.. shell.Streams.Warning.Select(static record => record.Message)],
            [.. shell.Streams.Verbose.Select(static record => record.Message)]);
    }

    /// <summary>Runs a script and gives what a person would read on a screen.</summary>
    public string Show(string script, params (string Name, object? Value)[] variables)
    {
        Screen.Clear();
        var outcome = Run("& {" + script + "} | Out-Default", variables);
        Xunit.Assert.Empty(outcome.Errors);
        return Screen.Text;
    }

    /// <summary>A pipeline that is not run yet, to be stopped from outside.</summary>
    public System.Management.Automation.PowerShell Prepare(string script)
    {
        var shell = System.Management.Automation.PowerShell.Create(runspace);
        shell.AddScript(script);
        return shell;
    }

    public void Dispose()
    {
        runspace.Dispose();
        Folder.Dispose();
    }
}
