using System.Collections.Generic;
using System.Linq;
using LightningOps.Compile;
using LightningOps.Gateway.Planning;

namespace LightningOps.Gateway;

/// <summary>What a roll-out would change.</summary>
public sealed record RolloutPlan
{
    /// <summary>The gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>Hash served now, or null.</summary>
    public ConfigHash? CurrentConfigHash { get; init; }

    /// <summary>Hash wanted.</summary>
    public required ConfigHash ConfigHash { get; init; }

    /// <summary>One entry a service that changes, in the wanted order, removals last; empty when the gateway already serves it.</summary>
    public required IReadOnlyList<ServiceChange> Changes { get; init; }

    /// <summary>Warnings for the operator, and errors that refuse the roll-out.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = System.Array.Empty<Diagnostic>();

    /// <summary>Services this store did not make, which are left as they are and still sell; null for none.</summary>
    public IReadOnlyList<SellingService>? LeftAlone { get; init; }

    /// <summary>Whether nothing needs to be sent.</summary>
    public bool IsEmpty => Changes.Count == 0 && CurrentConfigHash is { } current && current == ConfigHash;

    /// <summary>Whether the gateway cannot carry it.</summary>
    public bool IsRefused => Diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    /// <summary>Whether something is removed, closed or moved: what an operator confirms.</summary>
    public bool NeedsConfirmation => Changes.Any(change => change.Kind is ServiceChangeKind.Removed or ServiceChangeKind.Closed or ServiceChangeKind.Moved);

    /// <summary>How many services are added, changed and so on, on one line.</summary>
    public string Summary => PlanText.SummaryOf(this);

    /// <summary>
    /// The plan for people, a line a service: <c>+</c> added, <c>~</c> changed, <c>*</c> opened, <c>!</c> closed, <c>↕</c> moved,
    /// <c>-</c> removed; the first 200 where there are more.
    /// </summary>
    public override string ToString() => PlanText.Of(this);
}
