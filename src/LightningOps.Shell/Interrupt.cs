using System;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Shell;

/// <summary>While it lives, the first Ctrl+C stops the pipeline and the second ends the process.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly Action stop;
    private int presses;

    public Interrupt(Action stop)
    {
        this.stop = stop;
        Console.CancelKeyPress += OnPress;
    }

    public void Dispose() => Console.CancelKeyPress -= OnPress;

    private void OnPress(object? sender, ConsoleCancelEventArgs press)
    {
        if (Interlocked.Increment(ref presses) == 1)
        {
            press.Cancel = true;
            Task.Run(stop);
        }
    }
}
