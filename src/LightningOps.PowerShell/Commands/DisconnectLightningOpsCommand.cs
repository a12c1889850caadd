using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>Removes the settings of Connect-LightningOps; the environment applies again.</summary>
/// <example>
/// <code>Disconnect-LightningOps</code>
/// <para>Leaves no secret in the session.</para>
/// </example>
[Cmdlet(VerbsCommunications.Disconnect, "LightningOps", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class DisconnectLightningOpsCommand : LightningOpsCmdlet
{
    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (ShouldProcess("Settings of this session", "Forget"))
        {
            Context.Disconnect();
        }

        return Task.CompletedTask;
    }
}
