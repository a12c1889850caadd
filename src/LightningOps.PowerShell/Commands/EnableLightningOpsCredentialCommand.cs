using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.Security;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Activates credential roles: finishes a rotation, or restores a revoked role with the next version. A warning appears
/// if this environment has no valid credential for the role: Test-L402Gate then denies sales on this machine.
/// </summary>
/// <example>
/// <code>Enable-LightningOpsCredential -Role GatewayInvoice -Fingerprint sha256:9f86d081 -Mode Api</code>
/// <para>Records that the new credential is in use.</para>
/// </example>
/// <example>
/// <code>(Get-L402SecurityState).CredentialRoles | Where-Object Status -eq Rotating | Enable-LightningOpsCredential</code>
/// <para>Finishes every rotation.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Enable, "LightningOpsCredential", SupportsShouldProcess = true)]
[OutputType(typeof(CredentialRoleState))]
public sealed class EnableLightningOpsCredentialCommand : CredentialRoleCmdlet
{
    /// <summary>Fingerprint of the credential, never the credential itself; defaults to the fingerprint of the rotation.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Fingerprint { get; set; }

    private protected override string Deed => "activated";

    private protected override string Intention => "Activate";

    private protected override Task<CredentialRoleState> ChangeAsync(IControlPlane controlPlane, CredentialRoleChange change, CancellationToken cancellationToken)
    {
        if (OperatorCredentials.GetFailure(EffectiveEnvironment, change.Role) is { } failure)
        {
            WriteWarning(failure.Message + ". Test-L402Gate denies sales on this machine. " + failure.Remedy);
        }

        return controlPlane.ActivateCredentialRoleAsync(change with { Fingerprint = Fingerprint }, cancellationToken);
    }
}
