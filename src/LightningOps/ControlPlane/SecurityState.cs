using System.Collections.Generic;

namespace LightningOps.ControlPlane;

/// <summary>Answer of lightning/security:getControlPlaneSecurityState.</summary>
public sealed record SecurityState
{
    /// <summary>The global pause.</summary>
    public required GlobalControl Global { get; init; }

    /// <summary>Kill switches, one an owner that ever had one.</summary>
    public required IReadOnlyList<OwnerControl> OwnerControls { get; init; }

    /// <summary>Credential roles that have a state.</summary>
    public required IReadOnlyList<CredentialRoleState> CredentialRoles { get; init; }
}
