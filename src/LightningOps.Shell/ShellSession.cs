using System;
using System.IO;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;

namespace LightningOps.Shell;

/// <summary>A runspace with LightningOps imported, and the way to run one script in it.</summary>
internal sealed class ShellSession : IDisposable
{
    private readonly ShellHost host;
    private readonly Runspace runspace;

    private ShellSession(ShellHost host, Runspace runspace)
    {
        this.host = host;
        this.runspace = runspace;
    }

    /// <summary>Opens a session; null, with the reason on standard error, when the module cannot be imported.</summary>
    public static ShellSession? Open()
    {
        if (StagedModule.Find() is not { } manifest)
        {
            Console.Error.WriteLine("The module is not built. Build src/LightningOps.PowerShell first.");
            return null;
        }

        var state = InitialSessionState.CreateDefault2();
        state.ThrowOnRunspaceOpenError = true;
        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = ExecutionPolicy.Bypass;
        }

        state.ImportPSModule([manifest]);
        var host = new ShellHost();
        var runspace = RunspaceFactory.CreateRunspace(host, state);
        try
        {
            runspace.Open();
            runspace.SessionStateProxy.Path.SetLocation(Environment.CurrentDirectory);
            return new ShellSession(host, runspace);
        }
        catch (RuntimeException failure)
        {
            host.UI.WriteErrorLine(ErrorText.Of(failure.ErrorRecord));
            runspace.Dispose();
            return null;
        }
    }

    /// <summary>Runs what the command line asks for and gives the exit code of the process.</summary>
    public int Run(ShellArguments arguments)
    {
        if (arguments.File is { } file)
        {
            return RunFile(file, arguments);
        }

        var failed = RunPipeline(shell => shell.AddScript(arguments.Command ?? Console.In.ReadToEnd(), useLocalScope: false));
        return ExitCode(failed, () => LastStatementSucceeded() ? ExitCodes.Success : ExitCodes.Failure);
    }

    public void Dispose() => runspace.Dispose();

    private int RunFile(string file, ShellArguments arguments)
    {
        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
        {
            Console.Error.WriteLine("The script file " + file + " does not exist.");
            return ExitCodes.Usage;
        }

        var script = ScriptFile.Read(path);
        runspace.SessionStateProxy.SetVariable("LASTEXITCODE", ExitCodes.Success);
        var failed = RunPipeline(shell => script.AddTo(shell, arguments.FileArguments));
        return ExitCode(failed, () => script.HasExit ? LastExitCode() : ExitCodes.Success);
    }

    private int ExitCode(bool failed, Func<int> otherwise)
    {
        if (host.Stopped)
        {
            return ExitCodes.Interrupted;
        }

        return host.RequestedExitCode ?? (failed ? ExitCodes.Failure : otherwise());
    }

    /// <summary>Runs one pipeline with its output formatted; true when it ended with a terminating error.</summary>
    private bool RunPipeline(Action<PowerShell> compose)
    {
        using var shell = PowerShell.Create(runspace);
        compose(shell);
        shell.AddCommand("Out-Default");
        shell.Streams.Error.DataAdded += (_, added) => host.UI.WriteErrorLine(ErrorText.Of(shell.Streams.Error[added.Index]));
        using var interrupt = new Interrupt(() =>
        {
            host.Stopped = true;
            shell.Stop();
        });
        try
        {
            // Only what goes to the history leaves $? as the script left it.
            shell.Invoke(null, new PSInvocationSettings { AddToHistory = true });
            return false;
        }
        catch (PipelineStoppedException)
        {
            return true;
        }
        catch (RuntimeException failure)
        {
            host.UI.WriteErrorLine(ErrorText.Of(failure.ErrorRecord));
            return true;
        }
    }

    private bool LastStatementSucceeded()
    {
        using var shell = PowerShell.Create(runspace);
        return shell.AddScript("$global:?", useLocalScope: false).Invoke<bool>() is [true];
    }

    private int LastExitCode() =>
        LanguagePrimitives.TryConvertTo<int>(runspace.SessionStateProxy.GetVariable("LASTEXITCODE"), out var code) ? code : ExitCodes.Failure;
}
