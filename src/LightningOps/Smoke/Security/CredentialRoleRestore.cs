using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.Smoke.Security;

/// <summary>Puts a credential role back to the state, fingerprint and note it had; its version stays higher. One that had no state is left revoked.</summary>
internal static class CredentialRoleRestore
{
    public static Task RunAsync(IControlPlane controlPlane, SecurityState before, CredentialRole role, CancellationToken cancellationToken)
    {
        var known = before.CredentialRoles.FirstOrDefault(state => state.Role == role);
        var change = new CredentialRoleChange { Role = role, Fingerprint = known?.Fingerprint, Note = known?.Note };
        return known?.Status switch
        {
            null => controlPlane.RevokeCredentialRoleAsync(change with { Note = "left by smoke:security" }, cancellationToken),
            CredentialRoleStatus.Revoked => controlPlane.RevokeCredentialRoleAsync(change with { Fingerprint = null }, cancellationToken),
            CredentialRoleStatus.Rotating => controlPlane.RotateCredentialRoleAsync(change, cancellationToken),
            CredentialRoleStatus.Active => controlPlane.ActivateCredentialRoleAsync(change, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(before)),
        };
    }
}
