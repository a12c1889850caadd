using System;
using System.Diagnostics;
using System.Globalization;
using LightningOps.Files;

namespace LightningOps.Leases;

/// <summary>Holder of a lease.</summary>
public sealed record LeaseHolder
{
    /// <summary>Name of the gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>Request id of the reconcile.</summary>
    public required string RequestId { get; init; }

    /// <summary>Machine the process runs on.</summary>
    public required string Host { get; init; }

    /// <summary>Process id on that machine.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Start, Unix milliseconds.</summary>
    public required long SinceMs { get; init; }

    /// <summary>Expiry unless renewed, Unix milliseconds.</summary>
    public required long ExpiresAtMs { get; init; }

    /// <summary>Unique id of this lease.</summary>
    public required string Token { get; init; }

    /// <summary>Number that increases with each lease of the gateway, in a store that numbers them; else 0.</summary>
    public long Fence { get; init; }

    /// <summary>Namespace of the process id. Containers with the same host name may have different ones.</summary>
    public string? ProcessSpace { get; init; }

    /// <summary>Process, machine, time and request.</summary>
    public override string ToString() => string.Format(
        CultureInfo.InvariantCulture,
        "{0} on {1} since {2:yyyy-MM-ddTHH:mm:ssZ} for request {3}",
        ProcessId == 0 ? "an unknown process" : "process " + ProcessId.ToString(CultureInfo.InvariantCulture),
        Host,
        DateTimeOffset.FromUnixTimeMilliseconds(SinceMs).UtcDateTime,
        RequestId);

    /// <summary>Process, machine, start, request, and expiry.</summary>
    public string Describe() => ToString() + (Token.Length == 0
        ? ", which has written no end of its lease"
        : string.Format(CultureInfo.InvariantCulture, ", until {0:yyyy-MM-ddTHH:mm:ssZ} unless it is renewed", DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAtMs).UtcDateTime));
}

/// <summary>Rules for taking over a lease.</summary>
internal static class LeaseRules
{
    // A lease is renewed every 20 seconds; the clocks of two machines differ by less than a day.
    private static readonly TimeSpan MaxTimeLeft = TimeSpan.FromDays(1);

    /// <summary>
    /// Whether a lease of another machine still holds. One that expires in many days was written by a wrong clock and
    /// does not count.
    /// </summary>
    public static bool HasTimeLeft(LeaseHolder holder, LeaseHolder claim) =>
        holder.ExpiresAtMs > claim.SinceMs && holder.ExpiresAtMs - claim.SinceMs <= (long)MaxTimeLeft.TotalMilliseconds;

    /// <summary>Whether its times are plausible.</summary>
    public static bool IsPlausible(LeaseHolder holder) => IsTime(holder.SinceMs) && IsTime(holder.ExpiresAtMs);

    /// <summary>
    /// Whether <paramref name="claim"/> may take it: it is its own, it has expired, or its process has ended, which
    /// is known only on the same machine. If the process id was reused, the claim waits until the lease expires.
    /// </summary>
    public static bool CanAcquire(LeaseHolder? holder, LeaseHolder claim, Func<int, bool> isAlive) =>
        holder is null
        || holder.Token == claim.Token
        || !HasTimeLeft(holder, claim)
        || (IsSameMachine(holder, claim) && !isAlive(holder.ProcessId));

    private static bool IsTime(long milliseconds) => milliseconds >= 0 && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static bool IsSameMachine(LeaseHolder holder, LeaseHolder claim) =>
        holder.Host == claim.Host && holder.ProcessSpace == claim.ProcessSpace;
}

/// <summary>This process among those of its machine.</summary>
internal static class ProcessIdentity
{
    private const string PidNamespace = "/proc/self/ns/pid";

    public static string Host => Environment.MachineName;

    /// <summary>The process id namespace on Linux; null elsewhere.</summary>
    public static string? Space { get; } = UnixFile.ResolveLink(PidNamespace) is var target && target != PidNamespace ? target : null;

    public static int Id { get; } = GetCurrentId();

    /// <summary>Whether a process of that id exists; true when unknown.</summary>
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

    private static int GetCurrentId()
    {
        using var self = Process.GetCurrentProcess();
        return self.Id;
    }
}
