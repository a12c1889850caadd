using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;

namespace LightningOps.ControlPlane;

/// <summary>A control plane whose paywalls are loaded from snapshots.</summary>
public interface IPaywallStore
{
    /// <summary>Takes a snapshot, whole or not at all; the order of the paywalls is kept as received.</summary>
    /// <param name="snapshot">The paywalls; no id may come twice.</param>
    /// <param name="mode">Whether paywalls that the snapshot lacks are removed.</param>
    /// <param name="cancellationToken">Stops the import; nothing of it is then taken.</param>
    /// <returns>What changed.</returns>
    /// <exception cref="Local.StoreException">The store cannot be written, or an id comes twice (<c>duplicate_paywall</c>).</exception>
    Task<PaywallImport> ImportPaywallsAsync(IReadOnlyList<Paywall> snapshot, PaywallImportMode mode, CancellationToken cancellationToken);

    /// <summary>All paywalls, archived ones too, in order.</summary>
    Task<IReadOnlyList<Paywall>> ListAllPaywallsAsync(CancellationToken cancellationToken);
}
