using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>Revokes credential roles: the credential is no longer accepted; the role keeps its version and loses its fingerprint.</summary>
/// <example>
/// <code>Revoke-LightningOpsCredential -Role OperatorAdmin -Note 'laptop lost' -Mode Api</code>
/// <para>Asks, and revokes.</para>
/// </example>
/// <example>
/// <code>(Get-L402SecurityState).CredentialRoles | Revoke-LightningOpsCredential -Force</code>
/// <para>Revokes every role without asking.</para>
/// </example>
[Cmdlet(VerbsSecurity.Revoke, "LightningOpsCredential", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(CredentialRoleState))]
public sealed class RevokeLightningOpsCredentialCommand : CredentialRoleCmdlet
{
    /// <summary>Do not ask for confirmation.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Deed => "revoked";

    private protected override string Intention => "Revoke";

    private protected override bool IsForced => Force;

    private protected override Task<CredentialRoleState> ChangeAsync(IControlPlane controlPlane, CredentialRoleChange change, CancellationToken cancellationToken) =>
        controlPlane.RevokeCredentialRoleAsync(change, cancellationToken);
}
