using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;
using LightningOps.Storage;

namespace LightningOps.ControlPlane;

/// <summary>A control plane whose paywalls are loaded from snapshots.</summary>
public interface IPaywallStore
{
    /// <summary>Imports a snapshot, all or nothing; the order of the paywalls is kept.</summary>
    /// <param name="snapshot">The paywalls; ids must be unique.</param>
    /// <param name="mode">Whether paywalls missing from the snapshot are removed.</param>
    /// <param name="cancellationToken">Stops the import; nothing of it is then taken.</param>
    /// <returns>What changed.</returns>
    /// <exception cref="StoreException">The store cannot be written, or an id is not unique (<c>duplicate_paywall</c>).</exception>
    Task<PaywallImport> ImportPaywallsAsync(IReadOnlyList<Paywall> snapshot, PaywallImportMode mode, CancellationToken cancellationToken);

    /// <summary>All paywalls in order, including archived ones.</summary>
    Task<IReadOnlyList<Paywall>> ListAllPaywallsAsync(CancellationToken cancellationToken);
}

/// <summary>Result of an import: numbers of paywalls.</summary>
public sealed record PaywallImport
{
    /// <summary>Import mode.</summary>
    public required PaywallImportMode Mode { get; init; }

    /// <summary>Paywalls the store did not have.</summary>
    public int Added { get; init; }

    /// <summary>Paywalls that differ from the stored ones.</summary>
    public int Changed { get; init; }

    /// <summary>Paywalls removed because they are not in the snapshot.</summary>
    public int Removed { get; init; }

    /// <summary>Paywalls equal to the stored ones.</summary>
    public int Unchanged { get; init; }
}

/// <summary>Handling of stored paywalls that are not in the snapshot.</summary>
public enum PaywallImportMode
{
    /// <summary>Removes them: the store then contains exactly the snapshot.</summary>
    Replace,

    /// <summary>Leaves them in place; new paywalls come after them.</summary>
    Merge,
}
