using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Runs the command that makes Aperture read its file again, with a time limit and its output kept.</summary>
internal sealed class ReloadCommand : IConfigReload
{
    /// <summary>Beginning of the reason when the command had its whole time.</summary>
    public const string TimedOut = "reload_timeout";

    /// <summary>Beginning of the reason when there was nothing to run.</summary>
    public const string NotStarted = "reload_not_started";

    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(5);
    private readonly IReadOnlyList<string> arguments;
    private readonly TimeSpan timeout;
    private readonly TimeProvider time;

    public ReloadCommand(IReadOnlyList<string> arguments, TimeSpan timeout, TimeProvider time)
    {
        this.arguments = arguments;
        this.timeout = timeout;
        this.time = time;
    }

    /// <summary>A command that ends with 0 may have restarted nothing.</summary>
    public bool ConfirmsLoad => false;

    /// <summary>Runs it.</summary>
    /// <param name="cancellationToken">Ends the process.</param>
    /// <returns>Null when it ended with 0; else why it failed and the end of what it wrote.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; the process is ended.</exception>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var process = new Process { StartInfo = StartInfo(), EnableRaisingEvents = true };
        process.Exited += (_, _) => ended.TrySetResult(true);
        var output = new CommandOutput(process);
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return NotStarted + ":" + e.Message;
        }

        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var limit = time.Delay(timeout, stop.Token);
        var hasEnded = await Task.WhenAny(ended.Task, limit).ConfigureAwait(false) == ended.Task;
        stop.Cancel();
        if (!hasEnded)
        {
            Kill(process);
            cancellationToken.ThrowIfCancellationRequested();
            return TimedOut + output;
        }

        if (process.ExitCode == 0)
        {
            return null;
        }

        // The last lines may still be on their way.
        await Task.WhenAny(output.Read, time.Delay(OutputPatience, CancellationToken.None)).ConfigureAwait(false);
        return "reload_exit_" + process.ExitCode.ToString(CultureInfo.InvariantCulture) + output;
    }

    /// <summary>Ends the command alone: what it started may be Aperture itself.</summary>
    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has just ended.
        }
    }

    private ProcessStartInfo StartInfo() => new(arguments[0], CommandLine.Of(arguments.Skip(1)))
    {
        UseShellExecute = false,
        CreateNoWindow = true,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
