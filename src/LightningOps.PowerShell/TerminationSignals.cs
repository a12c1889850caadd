using System;
using System.Collections.Generic;
using System.Reflection;
using System.Threading;

namespace LightningOps.PowerShell;

/// <summary>
/// Watches for signals that end the process while a command runs: SIGTERM (a stopped service, a cancelled job) and
/// SIGHUP (a closed terminal). The process ends by the signal once the command has ended. A second SIGINT (Ctrl+C) is
/// reported, too, because the host stops the command at the first and ignores others. The runtime supports signals
/// from .NET 6 on; earlier, and on Windows PowerShell, nothing is watched.
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

    /// <param name="received">Called for each signal that ends the process, on a separate thread.</param>
    /// <param name="insisted">Called for each SIGINT after the first, on a separate thread.</param>
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

    /// <summary>Marks the command as ended; a pending signal ends the process now.</summary>
    public void Dispose()
    {
        ended.Set();
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }
    }

    // The host decides about the process.
    private void Count(object context)
    {
        if (Interlocked.Increment(ref interrupts) > 1)
        {
            insisted();
        }
    }

    // The runtime performs the default action of the signal when its handler returns.
    private void Wait(object context)
    {
        received();
        ended.Wait();
    }
}
