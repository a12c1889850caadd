using System;
using System.Collections.Generic;

namespace LightningOps.Reconcile;

/// <summary>The switch a pass is about: it closes or reopens that and nothing else (docs/reference/gateway.md#switches).</summary>
public sealed record SwitchScope
{
    /// <summary>Whether the switch was set; false when it was released.</summary>
    public required bool Stops { get; init; }

    /// <summary>Owners whose kill switch it is; null for the global pause.</summary>
    public IReadOnlyCollection<string>? Owners { get; init; }

    /// <summary>Whether it is about the services of an owner, or of one that is not known: null.</summary>
    internal bool Includes(string? owner) => Owners is null || (owner is not null && new HashSet<string>(Owners, StringComparer.Ordinal).Contains(owner));
}
