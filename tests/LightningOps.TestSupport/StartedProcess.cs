using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

namespace LightningOps.Tests.Support;

/// <summary>A process of LightningOps.TestProcess, told what to do by a verb and killed with the test.</summary>
public sealed class StartedProcess : IDisposable
{
    private readonly Process process;

    private StartedProcess(Process process) => this.process = process;

    /// <summary>Its process id.</summary>
    public int Id => process.Id;

    public static StartedProcess Start(params string[] arguments) => Start(arguments, new Dictionary<string, string>());

    /// <summary>Starts it with environment variables of its own.</summary>
    public static StartedProcess Start(string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "LightningOps.TestProcess.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new StartedProcess(Process.Start(start)!);
    }

    /// <summary>The next line it writes; null when it has ended.</summary>
    public Task<string?> ReadLineAsync() => process.StandardOutput.ReadLineAsync();

    /// <summary>Gives it a line to read.</summary>
    public void WriteLine(string line) => process.StandardInput.WriteLine(line);

    /// <summary>Ends it as kill -9 does.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }
}
