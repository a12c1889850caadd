using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Pester.Tests;

/// <summary>One spec file run by Pester in the pinned pwsh.</summary>
/// <param name="Output">Everything the process wrote.</param>
/// <param name="Result">Counts and failures, or null when the process ended without any.</param>
internal sealed record SpecRun(string Output, SpecResult? Result)
{
    private static readonly TimeSpan MaxDuration = TimeSpan.FromMinutes(20);

    /// <summary>Runs a spec file to its end.</summary>
    public static async Task<SpecRun> RunAsync(string file)
    {
        var resultFile = Path.GetTempFileName();
        try
        {
            using var process = Process.Start(CreateStart(file, resultFile))!;
            process.StandardInput.Close();
            using var timeout = new CancellationTokenSource(MaxDuration);
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
                var error = process.StandardError.ReadToEndAsync(timeout.Token);
                await process.WaitForExitAsync(timeout.Token);
                return new SpecRun(await output + await error, Read(resultFile));
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return new SpecRun("The specs did not end within " + MaxDuration + ".", null);
            }
        }
        finally
        {
            File.Delete(resultFile);
        }
    }

    private static ProcessStartInfo CreateStart(string file, string resultFile)
    {
        string[] arguments =
        [
            Places.Pwsh, "-NoProfile", "-NonInteractive", "-File", Path.Combine(Places.Specs, "Invoke-Specs.ps1"),
            "-Path", Path.Combine(Places.Specs, file), "-PesterPath", Places.Pester, "-ResultPath", resultFile,
        ];
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Places.Specs,
        };

        // Variables set by the build that runs these tests must not affect builds started by specs.
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        // A remaining build node would keep the output of this process open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "0";
        start.Environment["LIGHTNINGOPS_MODULE"] = Places.Module;
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        start.Environment["NO_COLOR"] = "1";
        return start;
    }

    private static SpecResult? Read(string file) =>
        new FileInfo(file).Length == 0 ? null : JsonSerializer.Deserialize<SpecResult>(File.ReadAllText(file));
}

/// <summary>What Invoke-Specs.ps1 reports of a run.</summary>
internal sealed record SpecResult(int Passed, int Failed, int Skipped, string Pester, string PowerShell, IReadOnlyList<string> Failures)
{
    /// <summary>The counts on one line.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Passed} passed, {Failed} failed, {Skipped} skipped (Pester {Pester}, PowerShell {PowerShell})");
}
