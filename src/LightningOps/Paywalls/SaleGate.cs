using System;
using System.Linq;

namespace LightningOps.Paywalls;

/// <summary>The gate for the sales of an owner: the global pause first, then the owner's kill switch (docs/reference/control-plane.md#owner-gate).</summary>
internal static class OwnerGate
{
    private static readonly OwnerGateDecision Open = new() { Allowed = true };

    /// <summary>
    /// Whether <paramref name="ownerId"/> may sell under <paramref name="state"/>. A caller that cannot read the
    /// state must deny.
    /// </summary>
    public static OwnerGateDecision Evaluate(SecurityState state, string ownerId)
    {
        if (state.Global.GlobalPause)
        {
            return Denied(SecurityRules.GlobalPauseCode, state.Global.DenyReason);
        }

        var stopped = state.OwnerControls.FirstOrDefault(owner => owner.KillSwitch && string.Equals(owner.OwnerId, ownerId, StringComparison.Ordinal));
        return stopped is null ? Open : Denied(SecurityRules.OwnerKillSwitchCode, stopped.DenyReason);
    }

    private static OwnerGateDecision Denied(string code, string? reason) =>
        new() { Allowed = false, DenyReasonCode = code, DenyReason = reason };
}

/// <summary>Whether the paywalls of an owner are allowed to sell now.</summary>
internal sealed record OwnerGateDecision
{
    /// <summary>Whether sales are allowed.</summary>
    public required bool Allowed { get; init; }

    /// <summary><c>global_pause_active</c> or <c>owner_kill_switch_active</c> if they are not.</summary>
    public string? DenyReasonCode { get; init; }

    /// <summary>Reason if they are not, for people.</summary>
    public string? DenyReason { get; init; }
}
