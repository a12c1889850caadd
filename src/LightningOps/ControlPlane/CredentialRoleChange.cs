namespace LightningOps.ControlPlane;

/// <summary>What the credential role mutations take.</summary>
public sealed record CredentialRoleChange
{
    /// <summary>Role.</summary>
    public required CredentialRole Role { get; init; }

    /// <summary>Fingerprint of the new credential; not taken by a revocation.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>For people.</summary>
    public string? Note { get; init; }
}
