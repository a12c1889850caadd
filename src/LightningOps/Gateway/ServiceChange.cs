using System.Collections.Generic;
using LightningOps.Gateway.Planning;

namespace LightningOps.Gateway;

/// <summary>What happens to one service.</summary>
public sealed record ServiceChange
{
    /// <summary>Name of the service.</summary>
    public required string Name { get; init; }

    /// <summary>What happens to it; a service that is changed and moved has two entries.</summary>
    public required ServiceChangeKind Kind { get; init; }

    /// <summary>Members that change, old and new, of a changed service.</summary>
    public IReadOnlyList<MemberChange> Members { get; init; } = System.Array.Empty<MemberChange>();

    /// <summary>Place in the order now, from 0, or null.</summary>
    public int? OldPlace { get; init; }

    /// <summary>Place in the order wanted, from 0, or null.</summary>
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

    /// <summary>The change for people: a line, and one a member under it.</summary>
    public override string ToString() => PlanText.Of(this);
}
