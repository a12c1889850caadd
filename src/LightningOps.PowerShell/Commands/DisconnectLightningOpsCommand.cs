using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.Commands;

/// <summary>Removes the settings of Connect-LightningOps, of all contexts of the session; the environment applies again. With -Context only the named context is forgotten.</summary>
/// <example>
/// <code>Disconnect-LightningOps</code>
/// <para>Leaves no secret in the session.</para>
/// </example>
[Cmdlet(VerbsCommunications.Disconnect, "LightningOps", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class DisconnectLightningOpsCommand : LightningOpsCmdlet
{
    private protected override bool MakesContext => Context is null;

    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (ShouldProcess(Context is null ? "Settings of this session" : "Context " + CurrentContext.Name, "Forget"))
        {
            var contexts = OnPipeline(() => SessionContexts.For(Runspace.DefaultRunspace));
            if (Context is null)
            {
                contexts.RemoveAll();
            }
            else
            {
                contexts.Remove(CurrentContext);
            }
        }

        return Task.CompletedTask;
    }
}
