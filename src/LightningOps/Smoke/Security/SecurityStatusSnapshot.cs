using System.Collections.Generic;
using System.Linq;
using LightningOps.ControlPlane;

namespace LightningOps.Smoke.Security;

/// <summary>How the smoke left the control plane.</summary>
public sealed record SecurityStatusSnapshot
{
    /// <summary>Whether everything is paused.</summary>
    public required bool GlobalPauseActive { get; init; }

    /// <summary>How many owners are stopped.</summary>
    public required int ActiveOwnerKillSwitches { get; init; }

    /// <summary>The credential roles that have a state.</summary>
    public required IReadOnlyList<CredentialRoleSnapshot> CredentialRoles { get; init; }

    internal static SecurityStatusSnapshot Of(SecurityState state) => new()
    {
        GlobalPauseActive = state.Global.GlobalPause,
        ActiveOwnerKillSwitches = state.OwnerControls.Count(static owner => owner.KillSwitch),
        CredentialRoles = state.CredentialRoles.Select(static role => new CredentialRoleSnapshot(role.Role, role.Status, role.Version)).ToArray(),
    };
}
