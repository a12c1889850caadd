using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Reconcile.Leases;

/// <summary>The right to change one gateway, renewed until it is released.</summary>
public interface ILease
{
    /// <summary>Who holds it: this process.</summary>
    LeaseHolder Holder { get; }

    /// <summary>Cancelled when it could not be renewed in time: another may hold it now.</summary>
    CancellationToken Lost { get; }

    /// <summary>
    /// Asks whether it is still held, before something is sent: a machine that slept past the end of its lease finds out
    /// here, before its timers do.
    /// </summary>
    /// <returns>False when another may hold it; <see cref="Lost"/> is then cancelled.</returns>
    Task<bool> ConfirmAsync();

    /// <summary>Gives it up. A lease that cannot be given up runs out by itself.</summary>
    Task ReleaseAsync();
}
