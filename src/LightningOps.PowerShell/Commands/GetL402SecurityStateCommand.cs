using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>Gets the global pause, the owners' kill switches and the credential roles.</summary>
/// <example>
/// <code>Get-L402SecurityState -Mode Local</code>
/// <para>What is paused or stopped, why, by whom and since when.</para>
/// </example>
/// <example>
/// <code>(Get-L402SecurityState).OwnerControls | Where-Object KillSwitch | Set-L402OwnerKillSwitch -Inactive</code>
/// <para>Releases every owner that is stopped.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "L402SecurityState")]
[OutputType(typeof(SecurityState))]
public sealed class GetL402SecurityStateCommand : ControlPlaneCmdlet
{
    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        using var controlPlane = OpenControlPlaneToRead();
        WriteObject(await controlPlane.GetSecurityStateAsync(cancellationToken).ConfigureAwait(false));
    }
}
