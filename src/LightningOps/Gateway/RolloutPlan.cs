using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Planning;

namespace LightningOps.Gateway;

/// <summary>The changes of a roll-out.</summary>
public sealed record RolloutPlan
{
    /// <summary>The gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>Live hash, or null.</summary>
    public ConfigHash? CurrentConfigHash { get; init; }

    /// <summary>Desired hash.</summary>
    public required ConfigHash ConfigHash { get; init; }

    /// <summary>One entry per changed service, in the desired order, removals last; empty if the gateway already serves the configuration.</summary>
    public required IReadOnlyList<ServiceChange> Changes { get; init; }

    /// <summary>Warnings for the operator, and errors that refuse the roll-out.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = System.Array.Empty<Diagnostic>();

    /// <summary>Services that this store did not create; they are not changed and still sell. May be null.</summary>
    public IReadOnlyList<SellingService>? LeftAlone { get; init; }

    /// <summary>Whether nothing needs to be sent.</summary>
    public bool IsEmpty => Changes.Count == 0 && CurrentConfigHash is { } current && current == ConfigHash;

    /// <summary>Whether the file says the same services in another spelling, or with comments in between.</summary>
    internal bool IsSpellingOnly { get; init; }

    /// <summary>Whether the gateway cannot carry it.</summary>
    public bool IsRefused => Diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    /// <summary>Whether services are removed, closed or moved, which needs confirmation.</summary>
    public bool NeedsConfirmation => Changes.Any(change => change.Kind is ServiceChangeKind.Removed or ServiceChangeKind.Closed or ServiceChangeKind.Moved);

    /// <summary>How many services are added, changed and so on, on one line.</summary>
    public string Summary => PlanText.FormatSummary(this);

    /// <summary>
    /// The plan for people, one line per service: <c>+</c> added, <c>~</c> changed, <c>*</c> opened, <c>!</c> closed,
    /// <c>↕</c> moved, <c>-</c> removed; the first 200 where there are more.
    /// </summary>
    public override string ToString() => PlanText.Format(this);
}

/// <summary>The change of one service.</summary>
public sealed record ServiceChange
{
    /// <summary>Name of the service.</summary>
    public required string Name { get; init; }

    /// <summary>Kind of the change; a service that is changed and moved has two entries.</summary>
    public required ServiceChangeKind Kind { get; init; }

    /// <summary>Members that change, old and new, of a changed service.</summary>
    public IReadOnlyList<MemberChange> Members { get; init; } = System.Array.Empty<MemberChange>();

    /// <summary>Place in the order now, from 0, or null.</summary>
    public int? OldPlace { get; init; }

    /// <summary>Place in the desired order, from 0, or null.</summary>
    public int? NewPlace { get; init; }

    /// <summary>Name under which the same host and path were served, of an added service that only has a new name.</summary>
    public string? RenamedFrom { get; init; }

    /// <summary>
    /// Whether credentials already sold for it stay valid: they name the service. False for a removed service, and for
    /// an added one that was renamed.
    /// </summary>
    public bool KeepsCredentials { get; init; } = true;

    /// <summary>Whether the service is closed for a moment while the gateway is changed.</summary>
    public bool IsBrieflyUnreachable { get; init; }

    /// <summary>Endpoint it happens at, where it does not happen at all of them alike; else null.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The change for people: a line, and one a member under it.</summary>
    public override string ToString() => PlanText.Format(this);
}

/// <summary>What a roll-out does to a service.</summary>
public enum ServiceChangeKind
{
    /// <summary>Added.</summary>
    Added,

    /// <summary>Changed members.</summary>
    Changed,

    /// <summary>Moved relative to the services that stay.</summary>
    Moved,

    /// <summary>Open, becomes closed.</summary>
    Closed,

    /// <summary>Closed, becomes open.</summary>
    Opened,

    /// <summary>Removed.</summary>
    Removed,
}
