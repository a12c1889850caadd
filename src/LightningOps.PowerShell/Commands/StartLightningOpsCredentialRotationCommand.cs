using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>Starts the rotation of credential roles: status rotating, with the next version. Enable-LightningOpsCredential finishes it.</summary>
/// <remarks>A call whose answer is lost is not repeated: check Get-L402SecurityState before you start again.</remarks>
/// <example>
/// <code>Start-LightningOpsCredentialRotation -Role GatewayInvoice -Fingerprint sha256:9f86d081 -Mode Api</code>
/// <para>Records that a new credential is being deployed.</para>
/// </example>
/// <example>
/// <code>'gateway_invoice', 'settlement_read' | Start-LightningOpsCredentialRotation -Note 'quarterly'</code>
/// <para>Starts two rotations.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Start, "LightningOpsCredentialRotation", SupportsShouldProcess = true)]
[OutputType(typeof(CredentialRoleState))]
public sealed class StartLightningOpsCredentialRotationCommand : CredentialRoleCmdlet
{
    /// <summary>Fingerprint of the new credential; never the credential.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Fingerprint { get; set; }

    private protected override string Deed => "rotation started";

    private protected override string Intention => "Begin the rotation of";

    private protected override Task<CredentialRoleState> ChangeAsync(IControlPlane controlPlane, CredentialRoleChange change, CancellationToken cancellationToken) =>
        controlPlane.RotateCredentialRoleAsync(change with { Fingerprint = Fingerprint }, cancellationToken);
}
