using System;
using System.Diagnostics;
using LightningOps.Artifacts;

namespace LightningOps.Reconcile.Leases;

/// <summary>This process among those of its machine.</summary>
internal static class ProcessIdentity
{
    private const string PidNamespace = "/proc/self/ns/pid";

    public static string Host => Environment.MachineName;

    /// <summary>The process id namespace on Linux; null elsewhere.</summary>
    public static string? Space { get; } = UnixFile.ResolveLink(PidNamespace) is var target && target != PidNamespace ? target : null;

    public static int Id { get; } = IdOfThis();

    /// <summary>Whether there is a process of that id; true when it cannot be told.</summary>
    public static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception failure) when (failure is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return true;
        }
    }

    private static int IdOfThis()
    {
        using var self = Process.GetCurrentProcess();
        return self.Id;
    }
}
