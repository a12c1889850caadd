using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;
using LightningOps.Storage;

namespace LightningOps.ControlPlane;

/// <summary>A control plane whose paywalls are changed here, each change whole or not at all, while no other process writes.</summary>
internal interface IPaywallEditor
{
    /// <summary>Stores the result of an edit of all paywalls, archived ones too.</summary>
    /// <param name="edit">
    /// Returns the paywalls after the edit: the same object for one that is not changed, new ones at the end. What it throws leaves the
    /// store as it is.
    /// </param>
    /// <param name="cancellationToken">Stops it; nothing is then stored.</param>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    Task<IReadOnlyList<Paywall>> EditPaywallsAsync(Func<IReadOnlyList<Paywall>, IReadOnlyList<Paywall>> edit, CancellationToken cancellationToken);

    /// <summary>Stores the result of a change of one paywall; no other one is read, so that a broken one cannot keep this one selling.</summary>
    /// <returns>The paywall after the change; null when it is not stored.</returns>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    Task<Paywall?> ChangePaywallAsync(string paywallId, Func<Paywall, Paywall> change, CancellationToken cancellationToken);
}
