namespace LightningOps.ControlPlane;

/// <summary>Life-cycle state of a credential role.</summary>
public enum CredentialRoleStatus
{
    /// <summary>In use.</summary>
    Active,

    /// <summary>A new credential is being brought in.</summary>
    Rotating,

    /// <summary>No longer accepted.</summary>
    Revoked,
}
