using System;
using System.Diagnostics;
using System.Threading.Tasks;

namespace LightningOps.PowerShell.Tests.Hosting;

/// <summary>A program of the build run to its end: the Shell, or a session without the module.</summary>
internal sealed record ShellProcess(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Task<ShellProcess> RunAsync(params string[] arguments) => RunWithInputAsync(string.Empty, arguments);

    public static Task<ShellProcess> RunWithInputAsync(string input, params string[] arguments) =>
        RunAsync(Places.Shell, input, arguments);

    /// <summary>Runs a script in a session that has not imported the module (<see cref="BareSession"/>).</summary>
    public static Task<ShellProcess> RunBareAsync(string script) =>
        RunAsync(typeof(BareSession).Assembly.Location, string.Empty, script);

    private static async Task<ShellProcess> RunAsync(string assembly, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && host.EndsWith("dotnet", StringComparison.Ordinal) ? host : "dotnet", [assembly, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["NO_COLOR"] = "1";
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return new ShellProcess(process.ExitCode, (await output).ReplaceLineEndings("\n"), (await error).ReplaceLineEndings("\n"));
    }
}
