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
using LightningOps.Http;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Runs the command that makes Aperture reload its file, with a time limit, and keeps its output.</summary>
internal sealed class ReloadCommand : IConfigReload
{
    /// <summary>Beginning of the reason when the command timed out.</summary>
    public const string TimedOut = "reload_timeout";

    /// <summary>Beginning of the reason when the command could not be started.</summary>
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

    /// <summary>A command that exits with 0 may have restarted nothing.</summary>
    public bool ConfirmsLoad => false;

    /// <summary>Runs it.</summary>
    /// <param name="cancellationToken">Ends the process.</param>
    /// <returns>Null when it exited with 0; else the reason with the end of its output.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; the process was killed.</exception>
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

        // The last lines may still arrive.
        await Task.WhenAny(output.Read, time.Delay(OutputPatience, CancellationToken.None)).ConfigureAwait(false);
        return "reload_exit_" + process.ExitCode.ToString(CultureInfo.InvariantCulture) + output;
    }

    /// <summary>Kills only the command itself: a child process may be Aperture.</summary>
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

        // A relative argument of a registered command must not be resolved in the session's current folder.
        WorkingDirectory = arguments is RegisteredCommand ? Path.GetPathRoot(arguments[0])! : string.Empty,
    };
}

/// <summary>
/// Arguments as one text, because .NET Standard has no list of them. The rules are those of CommandLineToArgvW, which
/// .NET follows on every system; no shell reads the text.
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
            // Backslashes are doubled only before a quotation mark.
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

/// <summary>The end of a process's output on both streams, line by line.</summary>
internal sealed class CommandOutput
{
    private const int MaxLength = 2000;
    private readonly StringBuilder text = new();
    private bool isCut;
    private readonly TaskCompletionSource<bool> outputEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> errorEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CommandOutput(Process process)
    {
        process.OutputDataReceived += (_, line) => Append(line.Data, outputEnd);
        process.ErrorDataReceived += (_, line) => Append(line.Data, errorEnd);
    }

    /// <summary>Completes when everything was read. A child process may keep the streams open for ever.</summary>
    public Task Read => Task.WhenAll(outputEnd.Task, errorEnd.Task);

    /// <summary>A colon and the text without secrets; empty when there is none.</summary>
    public override string ToString()
    {
        string end;
        lock (text)
        {
            end = text.ToString();
            if (isCut)
            {
                // The rest of a line may be the rest of a secret, which nothing would recognize.
                end = "…" + end.Substring(Math.Max(0, end.IndexOf('\n')));
            }
        }

        return end.Length == 0 ? string.Empty : ":" + CommandSecrets.Scrub(end).TrimEnd();
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
            isCut |= text.Length > MaxLength;
            text.Remove(0, Math.Max(0, text.Length - MaxLength));
        }
    }
}

/// <summary>Makes the server of a file reload it.</summary>
internal interface IConfigReload
{
    /// <summary>Whether a successful run proves that the file is loaded; if not, the load must be observed.</summary>
    bool ConfirmsLoad { get; }

    /// <summary>Reloads the file.</summary>
    /// <returns>Null on success; else the reason.</returns>
    Task<string?> RunAsync(CancellationToken cancellationToken);
}
