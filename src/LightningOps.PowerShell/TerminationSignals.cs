using System;
using System.Collections.Generic;
using System.Reflection;
using System.Threading;

namespace LightningOps.PowerShell;

/// <summary>
/// Watches for the end of the process from outside while a command runs: SIGTERM (a service that is stopped, a job that is
/// cancelled) and SIGHUP (a terminal that is closed). The process ends by the signal once the command has ended. A second
/// SIGINT (Ctrl+C) is told, too: the host stops the command at the first and takes no further one. The runtime knows signals from .NET 6 on; before, and on Windows PowerShell, nothing is watched.
/// </summary>
internal sealed class TerminationSignals : IDisposable
{
    private const int HangUp = -1;
    private const int Interrupt = -2;
    private const int Terminate = -4;
    private static readonly Type? Signal = Type.GetType("System.Runtime.InteropServices.PosixSignal, System.Runtime.InteropServices");
    private static readonly MethodInfo? Register = Type.GetType("System.Runtime.InteropServices.PosixSignalRegistration, System.Runtime.InteropServices")?.GetMethod("Create");

    private readonly ManualResetEventSlim ended = new();
    private readonly List<IDisposable> registrations = [];
    private readonly Action received;
    private readonly Action insisted;
    private int interrupts;

    /// <param name="received">Told of each signal that ends the process, on a thread of its own.</param>
    /// <param name="insisted">Told of each SIGINT after the first, on a thread of its own.</param>
    public TerminationSignals(Action received, Action insisted)
    {
        this.received = received;
        this.insisted = insisted;
        if (Signal is null || Register is null)
        {
            return;
        }

        foreach (var signal in new[] { HangUp, Terminate })
        {
            registrations.Add((IDisposable)Register.Invoke(null, [Enum.ToObject(Signal, signal), (Action<object>)Wait])!);
        }

        registrations.Add((IDisposable)Register.Invoke(null, [Enum.ToObject(Signal, Interrupt), (Action<object>)Count])!);
    }

    /// <summary>Says that the command has ended: a signal that came ends the process now.</summary>
    public void Dispose()
    {
        ended.Set();
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }
    }

    // What becomes of the process is for the host to say.
    private void Count(object context)
    {
        if (Interlocked.Increment(ref interrupts) > 1)
        {
            insisted();
        }
    }

    // The runtime does what the signal is for when its handler returns.
    private void Wait(object context)
    {
        received();
        ended.Wait();
    }
}
