using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;

namespace LightningOps.Smoke.Security;

/// <summary>Puts a credential role back to the state, fingerprint and note it had; its version stays higher. One that had no state is left revoked.</summary>
internal static class CredentialRoleRestore
{
    public static Task RunAsync(IControlPlane controlPlane, SecurityState before, CredentialRole role, CancellationToken cancellationToken)
    {
        var known = before.CredentialRoles.FirstOrDefault(state => state.Role == CredentialRoleTexts.GetText(role));
        var change = new CredentialRoleChange { Role = role, Fingerprint = known?.Fingerprint, Note = known?.Note };
        return known switch
        {
            null => controlPlane.RevokeCredentialRoleAsync(change with { Note = "left by smoke:security" }, cancellationToken),
            _ when Is(CredentialRoleStatus.Revoked) => controlPlane.RevokeCredentialRoleAsync(change with { Fingerprint = null }, cancellationToken),
            _ when Is(CredentialRoleStatus.Rotating) => controlPlane.RotateCredentialRoleAsync(change, cancellationToken),
            _ when Is(CredentialRoleStatus.Active) => controlPlane.ActivateCredentialRoleAsync(change, cancellationToken),

            // A state that is not known here cannot be put back: no credential is accepted until an operator says so.
            _ => controlPlane.RevokeCredentialRoleAsync(change with { Fingerprint = null }, cancellationToken),
        };

        bool Is(CredentialRoleStatus status) => known.Status == CredentialRoleTexts.GetText(status);
    }
}
