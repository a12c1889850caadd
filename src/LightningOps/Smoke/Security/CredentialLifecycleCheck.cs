using System.Text.Json.Serialization;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;

namespace LightningOps.Smoke.Security;

/// <summary>A credential role rotated, revoked and activated.</summary>
public sealed record CredentialLifecycleCheck
{
    /// <summary>Version the rotation began.</summary>
    public required long RotatedVersion { get; init; }

    /// <summary>State after the revocation.</summary>
    public required string RevokedStatus { get; init; }

    /// <summary>State after the activation.</summary>
    public required string ActivatedStatus { get; init; }

    /// <summary>Version after the activation: one above the revoked one.</summary>
    public required long ActivatedVersion { get; init; }

    /// <summary>Whether the states and versions are those of docs/reference/control-plane.md#store-rules.</summary>
    [JsonIgnore]
    public bool IsAsContracted =>
        RotatedVersion >= 1 && RevokedStatus == CredentialRoleTexts.GetText(CredentialRoleStatus.Revoked) && ActivatedStatus == CredentialRoleTexts.GetText(CredentialRoleStatus.Active) && ActivatedVersion == RotatedVersion + 1;
}
