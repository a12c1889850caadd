using System;
using System.Linq;
using LightningOps.ControlPlane.Rules;

namespace LightningOps.ControlPlane;

/// <summary>The gate every sale of an owner passes: the global pause first, then the owner's kill switch (docs/reference/control-plane.md#owner-gate).</summary>
public static class OwnerGate
{
    private static readonly GateDecision Open = new() { Allowed = true };

    /// <summary>Whether <paramref name="ownerId"/> may sell under <paramref name="state"/>. Who cannot read the state must deny.</summary>
    public static GateDecision Evaluate(SecurityState state, string ownerId)
    {
        if (state.Global.GlobalPause)
        {
            return Denied(SecurityRules.GlobalPauseCode, state.Global.DenyReason);
        }

        var stopped = state.OwnerControls.FirstOrDefault(owner => owner.KillSwitch && string.Equals(owner.OwnerId, ownerId, StringComparison.Ordinal));
        return stopped is null ? Open : Denied(SecurityRules.OwnerKillSwitchCode, stopped.DenyReason);
    }

    private static GateDecision Denied(string code, string? reason) =>
        new() { Allowed = false, DenyReasonCode = code, DenyReason = reason };
}
