using System;
using System.Diagnostics;
using System.Text;
using System.Threading.Tasks;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>The end of what a process writes to its two streams, line by line.</summary>
internal sealed class CommandOutput
{
    private const int Longest = 2000;
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
            text.Remove(0, Math.Max(0, text.Length - Longest));
        }
    }
}
