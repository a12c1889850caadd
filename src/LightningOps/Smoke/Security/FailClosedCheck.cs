using LightningOps.ControlPlane;

namespace LightningOps.Smoke.Security;

/// <summary>What the credentials of an operator who has none, too short ones or ones with white space are answered with.</summary>
public sealed record FailClosedCheck
{
    /// <summary>Whether all of them were refused with the code of the contract.</summary>
    public required bool Passed { get; init; }

    /// <summary><c>CredentialValidationError</c>.</summary>
    public string? ErrorTag { get; init; }

    /// <summary>Code where there is no credential: <c>missing_credential_role</c>.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The first role checked.</summary>
    public CredentialRole? Role { get; init; }

    /// <summary>Its environment variable.</summary>
    public string? Field { get; init; }
}
