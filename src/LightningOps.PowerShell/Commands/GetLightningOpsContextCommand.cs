using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Gets the effective settings and the source of each: parameter, environment file, environment or default. A secret is
/// shown as set or not set.
/// </summary>
/// <example>
/// <code>(Get-LightningOpsContext).Settings</code>
/// <para>Every setting with its source and its environment variable.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "LightningOpsContext")]
[OutputType(typeof(LightningOpsContext))]
public sealed class GetLightningOpsContextCommand : LightningOpsCmdlet
{
    /// <summary>List all contexts of the runspace, the selected one marked.</summary>
    [Parameter]
    public SwitchParameter ListAvailable { get; set; }

    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        var contexts = OnPipeline(() => SessionContexts.For(Runspace.DefaultRunspace));
        var selected = contexts.Current;
        foreach (var one in ListAvailable ? contexts.All.Where(context => context.IsSet || context.Name == selected.Name).Union(contexts.All.Contains(selected) ? [] : [selected]) : [CurrentContext])
        {
            WriteObject(one.ToContext(one.Name == selected.Name));
        }

        return Task.CompletedTask;
    }
}
