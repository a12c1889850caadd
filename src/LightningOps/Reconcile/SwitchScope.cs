using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Compile;

namespace LightningOps.Reconcile;

/// <summary>The switch of a pass, which closes or reopens its services and nothing else (docs/reference/gateway.md#switches).</summary>
public sealed record SwitchScope
{
    /// <summary>Whether the switch was set; false when it was released.</summary>
    public required bool Stops { get; init; }

    /// <summary>Owners of the kill switch; null for another switch.</summary>
    public IReadOnlyCollection<string>? Owners { get; init; }

    /// <summary>Ids of the suspended or resumed paywalls; null for another switch.</summary>
    public IReadOnlyCollection<string>? Paywalls { get; init; }

    /// <summary>Whether it is the global pause.</summary>
    internal bool IsGlobal => Owners is null && Paywalls is null;

    /// <summary>Whether it covers the paywalls of an owner, or of an unknown one: null.</summary>
    internal bool IncludesOwner(string? owner) => IsGlobal || (owner is not null && Owners?.Contains(owner, StringComparer.Ordinal) == true);

    /// <summary>Whether it covers a paywall.</summary>
    internal bool IncludesPaywall(string paywallId) => Paywalls?.Contains(paywallId, StringComparer.Ordinal) == true;

    /// <summary>Whether it covers a service.</summary>
    /// <param name="name">Name of the service.</param>
    /// <param name="paywallId">Its paywall; null if unknown, and then the name decides.</param>
    /// <param name="owner">Its owner; null if unknown.</param>
    internal bool Includes(string name, string? paywallId, string? owner) =>
        Paywalls is null ? IncludesOwner(owner)
        : paywallId is not null ? IncludesPaywall(paywallId)
        : Paywalls.Any(id => name.StartsWith(ServiceName.For(id, string.Empty), StringComparison.Ordinal));
}
