namespace LightningOps.ControlPlane;

/// <summary>Where the credential of a role stands; never the credential.</summary>
public sealed record CredentialRoleState
{
    /// <summary>Role as the control plane has it, for example <c>gateway_invoice</c>; it may be one that is not known here.</summary>
    public required string Role { get; init; }

    /// <summary>State as the control plane has it, for example <c>active</c>; it may be one that is not known here.</summary>
    public required string Status { get; init; }

    /// <summary>Counts rotations, from 1.</summary>
    public required long Version { get; init; }

    /// <summary>Fingerprint of the credential.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>For people.</summary>
    public string? Note { get; init; }

    /// <summary>Time of the last change, Unix milliseconds.</summary>
    public long UpdatedAtMs { get; init; }

    /// <summary>Time of the last rotation, Unix milliseconds.</summary>
    public long? LastRotatedAtMs { get; init; }

    /// <summary>Time it was revoked, Unix milliseconds.</summary>
    public long? RevokedAtMs { get; init; }
}
