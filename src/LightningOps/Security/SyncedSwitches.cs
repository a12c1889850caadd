using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Gateway;
using LightningOps.Paywalls;
using LightningOps.Reconcile;

namespace LightningOps.Security;

/// <summary>A changed pause, kill switches or suspended paywalls, and the outcome on the gateways.</summary>
public sealed record SyncedSwitches
{
    /// <summary>Whether every owner or paywall named was set, and every gateway follows the switches for the services of this store.</summary>
    public bool Ok => NotSet.Count == 0 && Gateways.All(static step => step.Ok);

    /// <summary>The outcome; a global pause that leaves services of others open has its own value.</summary>
    public SwitchStatus Status => !Ok ? SwitchStatus.Failed
        : Active && Global is not null && LeftAlone.Count > 0 ? SwitchStatus.OthersStillSell
        : SwitchStatus.RolledOut;

    /// <summary>Exit code: 0 rolled out, 1 rolled out while services of others were left open, 2 a gateway failed, or an owner or paywall was not set.</summary>
    public int ExitCode => (int)Status;

    /// <summary>Services on the gateways that this store did not create, and that asked for payment when they were read. Whether they sell is known only where the configuration read was live.</summary>
    public IReadOnlyList<SellingService> LeftAlone => Gateways.SelectMany(static step => step.Result?.LeftAlone ?? []).ToArray();

    /// <summary>Limits of a stop; null when selling was released.</summary>
    public string? Note => Active ? "Invoices handed out before the stop stay payable; their credentials open once the stop is lifted." : null;

    /// <summary>Whether selling was stopped or released.</summary>
    public required bool Active { get; init; }

    /// <summary>The global pause, if that was set.</summary>
    public GlobalControl? Global { get; init; }

    /// <summary>The kill switches that were set, in order.</summary>
    public IReadOnlyList<OwnerControl> Owners { get; init; } = Array.Empty<OwnerControl>();

    /// <summary>The paywalls that were suspended or resumed, in order.</summary>
    public IReadOnlyList<Paywall> Paywalls { get; init; } = Array.Empty<Paywall>();

    /// <summary>The owners or paywalls that were named and not set; an error tells why for each. The others were set.</summary>
    public IReadOnlyList<string> NotSet { get; init; } = Array.Empty<string>();

    /// <summary>
    /// Gateways with a stop command that were not seen to close: whether it was run, and whether something still
    /// listens.
    /// </summary>
    public IReadOnlyList<GatewayTakeDown> TakenDown { get; init; } = Array.Empty<GatewayTakeDown>();

    /// <summary>One reconcile per gateway, in the given order; a failing one does not keep the others from closing.</summary>
    public required IReadOnlyList<RolloutStep> Gateways { get; init; }

    /// <summary>The outcome on each gateway, on one line.</summary>
    public override string ToString() => Gateways.Count == 0 ? (Active ? "stopped" : "released") + "; no gateway was changed"
        : string.Join("; ", Gateways.Select(static step => step.Result?.ToString() ?? step.Gateway + ": " + (step.Error?.Message ?? "not reached")));
}
