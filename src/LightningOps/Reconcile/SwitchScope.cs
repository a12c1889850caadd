using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Compile;

namespace LightningOps.Reconcile;

/// <summary>The switch a pass is about: it closes or reopens that and nothing else (docs/reference/gateway.md#switches).</summary>
public sealed record SwitchScope
{
    /// <summary>Whether the switch was set; false when it was released.</summary>
    public required bool Stops { get; init; }

    /// <summary>Owners whose kill switch it is; null where it is another switch.</summary>
    public IReadOnlyCollection<string>? Owners { get; init; }

    /// <summary>Ids of the paywalls that were suspended or resumed; null where it is another switch.</summary>
    public IReadOnlyCollection<string>? Paywalls { get; init; }

    /// <summary>Whether it is the global pause.</summary>
    internal bool IsGlobal => Owners is null && Paywalls is null;

    /// <summary>Whether it is about the paywalls of an owner, or of one that is not known: null.</summary>
    internal bool IncludesOwner(string? owner) => IsGlobal || (owner is not null && Owners?.Contains(owner, StringComparer.Ordinal) == true);

    /// <summary>Whether it is about a paywall.</summary>
    internal bool IncludesPaywall(string paywallId) => Paywalls?.Contains(paywallId, StringComparer.Ordinal) == true;

    /// <summary>Whether it is about a service.</summary>
    /// <param name="name">Name of the service.</param>
    /// <param name="paywallId">Its paywall; null where that is not known, and then the name tells it.</param>
    /// <param name="owner">Its owner; null where that is not known.</param>
    internal bool Includes(string name, string? paywallId, string? owner) =>
        Paywalls is null ? IncludesOwner(owner)
        : paywallId is not null ? IncludesPaywall(paywallId)
        : Paywalls.Any(id => name.StartsWith(ServiceName.For(id, string.Empty), StringComparison.Ordinal));
}
