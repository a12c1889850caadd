using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Reconcile.Leases;

/// <summary>Leases among the reconciles of one process.</summary>
public sealed class MemoryLeases : ILeaseStore
{
    private readonly Dictionary<string, LeaseHolder> holders = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<LeaseHolder?> TryTakeAsync(LeaseHolder claim, CancellationToken cancellationToken)
    {
        lock (holders)
        {
            holders.TryGetValue(claim.Gateway, out var holder);
            if (!LeaseRules.MayTake(holder, claim, isAlive: _ => true))
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
