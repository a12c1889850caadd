using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Leases;

/// <summary>Storage of leases, one per gateway at a time, visible to every reconcile concerned.</summary>
/// <remarks>Every method throws <see cref="LightningOpsException"/> when the place cannot be used.</remarks>
public interface ILeaseStore
{
    /// <summary>Takes the lease of <see cref="LeaseHolder.Gateway"/> when nobody holds it, or who held it is gone or has let it run out.</summary>
    /// <param name="claim">Who asks; <see cref="LeaseHolder.SinceMs"/> is the time now.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Null when it is taken; else who holds it.</returns>
    Task<LeaseHolder?> TryTakeAsync(LeaseHolder claim, CancellationToken cancellationToken);

    /// <summary>Moves the end of a lease to <see cref="LeaseHolder.ExpiresAtMs"/>.</summary>
    /// <returns>False when it is no longer held.</returns>
    Task<bool> RenewAsync(LeaseHolder holder, CancellationToken cancellationToken);

    /// <summary>Gives a lease up; one that is no longer held is left alone.</summary>
    Task ReleaseAsync(LeaseHolder holder, CancellationToken cancellationToken);
}

/// <summary>Leases among the reconciles of one process.</summary>
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

/// <summary>A place for leases that counts them: what is recorded under a lease carries its fence, and what an older one records is refused.</summary>
internal interface IFencedLeases
{
    /// <summary>How long before its end a lease is no longer used: what is sent by then has arrived before another can take it.</summary>
    TimeSpan Margin { get; }

    /// <summary>The fence of a lease that was just taken here.</summary>
    long GetFence(LeaseHolder holder);
}
