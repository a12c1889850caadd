using System;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Leases;

/// <summary>A store of leases whose leases can be broken.</summary>
internal interface IBreakableLeases
{
    /// <summary>Holder of a lease from the view of a claim; null if it is free.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <exception cref="LightningOpsException">The store cannot be used.</exception>
    Task<LeaseHolder?> FindHolderAsync(LeaseHolder claim, CancellationToken cancellationToken);

    /// <summary>Takes a lease away from its holder, which notices before it sends anything more.</summary>
    /// <param name="holder">The holder.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <returns>False when another holds it by now; that lease is kept.</returns>
    /// <exception cref="LightningOpsException">The store cannot be used.</exception>
    Task<bool> BreakAsync(LeaseHolder holder, CancellationToken cancellationToken);
}

/// <summary>The lease of a gateway that an operator may want to break.</summary>
public sealed class BreakableLease
{
    private readonly IBreakableLeases? leases;
    private readonly string gateway;
    private readonly TimeProvider time;

    /// <summary>The lease of a gateway.</summary>
    /// <param name="leases">The store of the lease.</param>
    /// <param name="gateway">Name of the gateway.</param>
    public BreakableLease(ILeaseStore leases, string gateway)
        : this(leases, gateway, TimeProvider.System)
    {
    }

    internal BreakableLease(ILeaseStore leases, string gateway, TimeProvider time)
    {
        this.leases = leases as IBreakableLeases;
        this.gateway = gateway;
        this.time = time;
    }

    /// <summary>Its holder; null if it is free.</summary>
    /// <exception cref="LightningOpsException">The store of the lease cannot be used.</exception>
    public async Task<LeaseHolder?> FindHolderAsync(CancellationToken cancellationToken) =>
        leases is null ? null : await leases.FindHolderAsync(Lease.CreateClaim(new LeaseRequest(gateway, "break"), time.GetUtcNow()), cancellationToken).ConfigureAwait(false);

    /// <summary>Breaks it.</summary>
    /// <param name="holder">The holder that was shown.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <returns>False when another holds it by now; that lease is kept.</returns>
    /// <exception cref="LightningOpsException">The store of the lease cannot be used.</exception>
    public async Task<bool> BreakAsync(LeaseHolder holder, CancellationToken cancellationToken) =>
        leases is null || await leases.BreakAsync(holder, cancellationToken).ConfigureAwait(false);
}
