using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Registry;

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
        if ((arguments as RegisteredCommand)?.FindFault() is { } fault)
        {
            return NotStarted + ":" + fault.Message;
        }

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
            // The process has exited in the meantime.
        }
    }

    private ProcessStartInfo StartInfo() => new(arguments[0], CommandLine.Format(arguments.Skip(1)))
    {
        UseShellExecute = false,
        CreateNoWindow = true,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,

        // A relative argument of a registered command must not be found in the folder the session happens to be in.
        WorkingDirectory = arguments is RegisteredCommand ? Path.GetPathRoot(arguments[0])! : string.Empty,
    };
}

/// <summary>
/// Arguments as one text, for .NET Standard has no list of them. The rules are those of CommandLineToArgvW, which .NET
/// follows on every system; no shell reads the text.
/// </summary>
internal static class CommandLine
{
    public static string Format(IEnumerable<string> arguments) => string.Join(" ", arguments.Select(Quoted));

    private static string Quoted(string argument)
    {
        if (argument.Length > 0 && argument.All(c => c is not (' ' or '\t' or '\n' or '\v' or '"')))
        {
            return argument;
        }

        var quoted = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var c in argument)
        {
            // Backslashes are doubled where a quotation mark follows them, and only there.
            if (c == '"')
            {
                quoted.Append('\\', backslashes + 1);
            }

            backslashes = c == '\\' ? backslashes + 1 : 0;
            quoted.Append(c);
        }

        return quoted.Append('\\', backslashes).Append('"').ToString();
    }
}

/// <summary>The end of what a process writes to its two streams, line by line.</summary>
internal sealed class CommandOutput
{
    private const int MaxLength = 2000;
    private readonly StringBuilder text = new();
    private readonly TaskCompletionSource<bool> outputEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> errorEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CommandOutput(Process process)
    {
        process.OutputDataReceived += (_, line) => Append(line.Data, outputEnd);
        process.ErrorDataReceived += (_, line) => Append(line.Data, errorEnd);
    }

    /// <summary>Done when all was read; a process the command leaves behind may keep the streams open for ever.</summary>
    public Task Read => Task.WhenAll(outputEnd.Task, errorEnd.Task);

    /// <summary>A colon and the text; empty when there is none.</summary>
    public override string ToString()
    {
        lock (text)
        {
            return text.Length == 0 ? string.Empty : ":" + text.ToString().TrimEnd();
        }
    }

    private void Append(string? line, TaskCompletionSource<bool> end)
    {
        if (line is null)
        {
            end.TrySetResult(true);
            return;
        }

        lock (text)
        {
            text.Append(line).Append('\n');
            text.Remove(0, Math.Max(0, text.Length - MaxLength));
        }
    }
}

/// <summary>Makes whatever serves a file read it again.</summary>
internal interface IConfigReload
{
    /// <summary>Whether a run that succeeds has loaded the file for certain; else the load has to be seen.</summary>
    bool ConfirmsLoad { get; }

    /// <summary>Has the file read.</summary>
    /// <returns>Null when it was; else why not.</returns>
    Task<string?> RunAsync(CancellationToken cancellationToken);
}
