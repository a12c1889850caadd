using System;

namespace LightningOps.Reconcile.Leases;

/// <summary>When a lease that somebody holds may be taken.</summary>
internal static class LeaseRules
{
    /// <summary>
    /// Whether <paramref name="claim"/> may have it: it is its own, it has run out, or its process is gone, which can
    /// only be told on the same machine. A process id that was given to another process makes the claim wait until the
    /// lease runs out.
    /// </summary>
    public static bool MayTake(LeaseHolder? holder, LeaseHolder claim, Func<int, bool> isAlive) =>
        holder is null
        || holder.Token == claim.Token
        || holder.ExpiresAtMs <= claim.SinceMs
        || (IsOfSameMachine(holder, claim) && !isAlive(holder.ProcessId));

    public static bool IsOfSameMachine(LeaseHolder holder, LeaseHolder claim) =>
        holder.Host == claim.Host && holder.ProcessSpace == claim.ProcessSpace;
}
