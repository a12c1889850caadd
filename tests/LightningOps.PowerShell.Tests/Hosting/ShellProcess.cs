using System;
using System.Diagnostics;
using System.Threading.Tasks;

namespace LightningOps.PowerShell.Tests.Hosting;

/// <summary>The Shell, run as the program it is.</summary>
internal sealed record ShellProcess(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Task<ShellProcess> RunAsync(params string[] arguments) => RunWithInputAsync(string.Empty, arguments);

    public static async Task<ShellProcess> RunWithInputAsync(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && host.EndsWith("dotnet", StringComparison.Ordinal) ? host : "dotnet", [Places.Shell, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return new ShellProcess(process.ExitCode, (await output).ReplaceLineEndings("\n"), (await error).ReplaceLineEndings("\n"));
    }
}
