using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;
using LightningOps.Storage;

namespace LightningOps.ControlPlane;

/// <summary>
/// A control plane whose paywalls are changed from here. Each change is stored completely or not at all, while no
/// other process writes.
/// </summary>
internal interface IPaywallEditor
{
    /// <summary>Stores the result of an edit of all paywalls, including archived ones.</summary>
    /// <param name="edit">Returns the paywalls after the edit: the same object for an unchanged paywall, new ones at
    /// the end. An exception leaves the store unchanged.</param>
    /// <param name="cancellationToken">Stops it; nothing is then stored.</param>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    Task<IReadOnlyList<Paywall>> EditPaywallsAsync(Func<IReadOnlyList<Paywall>, IReadOnlyList<Paywall>> edit, CancellationToken cancellationToken);

    /// <summary>Stores a change of one paywall. No other one is read, so that a broken paywall cannot keep this one selling.</summary>
    /// <returns>The paywall after the change; null when the paywall does not exist.</returns>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    Task<Paywall?> ChangePaywallAsync(string paywallId, Func<Paywall, Paywall> change, CancellationToken cancellationToken);
}
