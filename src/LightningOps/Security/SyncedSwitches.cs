using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Gateway;
using LightningOps.Paywalls;
using LightningOps.Reconcile;

namespace LightningOps.Security;

/// <summary>A pause or kill switches as they were set, and how the gateways took it.</summary>
public sealed record SyncedSwitches
{
    /// <summary>Whether every gateway serves what the switches now say, of what this store made. The switches are set either way.</summary>
    public bool Ok => Gateways.All(static step => step.Ok);

    /// <summary>How it ended: a global pause that leaves services of others selling is a state of its own.</summary>
    public SwitchStatus Status => !Ok ? SwitchStatus.Failed
        : Active && Global is not null && LeftAlone.Count > 0 ? SwitchStatus.OthersStillSell
        : SwitchStatus.RolledOut;

    /// <summary>For a runbook: 0 rolled out, 1 rolled out while services of others still sell, 2 a gateway failed.</summary>
    public int ExitCode => (int)Status;

    /// <summary>Services of the gateways that this store did not make and that still sell.</summary>
    public IReadOnlyList<SellingService> LeftAlone => Gateways.SelectMany(static step => step.Result?.LeftAlone ?? []).ToArray();

    /// <summary>What a stop does not reach; null when selling was released.</summary>
    public string? Note => Active ? "Invoices handed out before the stop stay payable, and buy entry once it is lifted." : null;

    /// <summary>Whether selling was stopped or released.</summary>
    public required bool Active { get; init; }

    /// <summary>The global pause, when that is what was set.</summary>
    public GlobalControl? Global { get; init; }

    /// <summary>The kill switches that were set, in order.</summary>
    public IReadOnlyList<OwnerControl> Owners { get; init; } = Array.Empty<OwnerControl>();

    /// <summary>One reconcile a gateway, in the order named; one that fails does not keep the others from closing.</summary>
    public required IReadOnlyList<RolloutStep> Gateways { get; init; }
}
