using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
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

    /// <summary>Runs a script with the module as an account without rights, which only root may; null where that account cannot read the build.</summary>
    /// <param name="home">Its home folder.</param>
    /// <param name="script">The script.</param>
    public static async Task<ShellProcess?> RunAsNobodyAsync(string home, string script)
    {
        const string nobody = "65534";
        string[] prefix = ["--reuid=" + nobody, "--regid=" + nobody, "--clear-groups", "env", "HOME=" + home, "XDG_DATA_HOME=" + home];
        using var look = Process.Start("setpriv", [.. prefix, "sh", "-c", "test -r '" + typeof(BareSession).Assembly.Location + "' && test -r '" + Places.Manifest + "' && command -v '" + Host + "'"]);
        await look.WaitForExitAsync();
        return look.ExitCode == 0 ? await RunProgramAsync("setpriv", string.Empty, [.. prefix, Host, typeof(BareSession).Assembly.Location, "Import-Module '" + Places.Manifest + "'; " + script]) : null;
    }

    private static string Host => Environment.ProcessPath is { } host && host.EndsWith("dotnet", StringComparison.Ordinal) ? host : "dotnet";

    private static Task<ShellProcess> RunAsync(string assembly, string input, params string[] arguments) => RunProgramAsync(Host, input, [assembly, .. arguments]);

    // SIGHUP and SIGINT. Under nohup, or in the background of a script, they are ignored, which child processes inherit.
    private static bool IgnoresSignals =>
        File.Exists("/proc/self/status") && File.ReadLines("/proc/self/status").Any(static line => line.StartsWith("SigIgn:", StringComparison.Ordinal) && (Convert.ToInt64(line[7..].Trim(), 16) & 3) != 0);

    private static async Task<ShellProcess> RunProgramAsync(string program, string input, string[] arguments)
    {
        var start = IgnoresSignals ? new ProcessStartInfo("env", ["--default-signal=HUP,INT", program, .. arguments]) : new ProcessStartInfo(program, arguments);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
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
