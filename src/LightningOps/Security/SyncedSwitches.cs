using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ControlPlane;
using LightningOps.Reconcile;

namespace LightningOps.Security;

/// <summary>A pause or kill switches as they were set, and how the gateways took it.</summary>
public sealed record SyncedSwitches
{
    /// <summary>Whether every gateway serves what the switches now say. The switches are set either way.</summary>
    public bool Ok => Gateways.All(static step => step.Ok);

    /// <summary>Whether selling was stopped or released.</summary>
    public required bool Active { get; init; }

    /// <summary>The global pause, when that is what was set.</summary>
    public GlobalControl? Global { get; init; }

    /// <summary>The kill switches that were set, in order.</summary>
    public IReadOnlyList<OwnerControl> Owners { get; init; } = Array.Empty<OwnerControl>();

    /// <summary>One reconcile a gateway, in the order named; one that fails does not keep the others from closing.</summary>
    public required IReadOnlyList<RolloutStep> Gateways { get; init; }
}
