using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Leases;

/// <summary>Storage of leases, one per gateway at a time, visible to all reconciles of the gateway.</summary>
/// <remarks>Every method throws <see cref="LightningOpsException" /> when the store cannot be used.</remarks>
public interface ILeaseStore
{
    /// <summary>Takes the lease of <see cref="LeaseHolder.Gateway" /> if it is free, its holder has ended, or it has expired.</summary>
    /// <param name="claim">The claim; <see cref="LeaseHolder.SinceMs" /> is the current time.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <returns>Null when it was taken; else its holder.</returns>
    Task<LeaseHolder?> TryTakeAsync(LeaseHolder claim, CancellationToken cancellationToken);

    /// <summary>Moves the end of a lease to <see cref="LeaseHolder.ExpiresAtMs"/>.</summary>
    /// <returns>False when it is no longer held.</returns>
    Task<bool> RenewAsync(LeaseHolder holder, CancellationToken cancellationToken);

    /// <summary>Releases a lease; one that is no longer held is left unchanged.</summary>
    Task ReleaseAsync(LeaseHolder holder, CancellationToken cancellationToken);
}

/// <summary>Leases for the reconciles of one process.</summary>
internal sealed class MemoryLeases : ILeaseStore
{
    private readonly Dictionary<string, LeaseHolder> holders = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<LeaseHolder?> TryTakeAsync(LeaseHolder claim, CancellationToken cancellationToken)
    {
        lock (holders)
        {
            holders.TryGetValue(claim.Gateway, out var holder);
            if (!LeaseRules.CanAcquire(holder, claim, isAlive: _ => true))
            {
                return Task.FromResult<LeaseHolder?>(holder);
            }

            holders[claim.Gateway] = claim;
            return Task.FromResult<LeaseHolder?>(null);
        }
    }

    /// <inheritdoc/>
    public Task<bool> RenewAsync(LeaseHolder holder, CancellationToken cancellationToken)
    {
        lock (holders)
        {
            if (!IsHeld(holder))
            {
                return Task.FromResult(false);
            }

            holders[holder.Gateway] = holder;
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(LeaseHolder holder, CancellationToken cancellationToken)
    {
        lock (holders)
        {
            if (IsHeld(holder))
            {
                holders.Remove(holder.Gateway);
            }
        }

        return Task.CompletedTask;
    }

    private bool IsHeld(LeaseHolder holder) => holders.TryGetValue(holder.Gateway, out var current) && current.Token == holder.Token;
}

/// <summary>A store that numbers its leases. Records written under a lease carry its fence, and records of an older lease are refused.</summary>
internal interface IFencedLeases
{
    /// <summary>
    /// Time before its end from which a lease is no longer used, so that everything sent has arrived before another
    /// can take it.
    /// </summary>
    TimeSpan Margin { get; }

    /// <summary>The fence of a lease that was just taken here.</summary>
    long GetFence(LeaseHolder holder);
}
