using System;

namespace LightningOps.Reconcile.Leases;

/// <summary>When a lease that somebody holds may be taken.</summary>
internal static class LeaseRules
{
    // A lease is renewed every 20 seconds; the clocks of two machines differ by less than a day.
    private static readonly TimeSpan MaxTimeLeft = TimeSpan.FromDays(1);

    /// <summary>Whether a lease of another machine still holds. One that ends in many days was written by a wrong clock, and holds nobody back.</summary>
    public static bool HasTimeLeft(LeaseHolder holder, LeaseHolder claim) =>
        holder.ExpiresAtMs > claim.SinceMs && holder.ExpiresAtMs - claim.SinceMs <= (long)MaxTimeLeft.TotalMilliseconds;

    /// <summary>Whether its times are times.</summary>
    public static bool IsPlausible(LeaseHolder holder) => IsTime(holder.SinceMs) && IsTime(holder.ExpiresAtMs);

    /// <summary>
    /// Whether <paramref name="claim"/> may have it: it is its own, it has run out, or its process is gone, which can
    /// only be told on the same machine. A process id that was given to another process makes the claim wait until the
    /// lease runs out.
    /// </summary>
    public static bool MayTake(LeaseHolder? holder, LeaseHolder claim, Func<int, bool> isAlive) =>
        holder is null
        || holder.Token == claim.Token
        || !HasTimeLeft(holder, claim)
        || (IsOfSameMachine(holder, claim) && !isAlive(holder.ProcessId));

    private static bool IsTime(long milliseconds) => milliseconds >= 0 && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static bool IsOfSameMachine(LeaseHolder holder, LeaseHolder claim) =>
        holder.Host == claim.Host && holder.ProcessSpace == claim.ProcessSpace;
}
