using System.Management.Automation;
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
    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        WriteObject(new LightningOpsContext { Settings = Context.Describe() });
        return Task.CompletedTask;
    }
}
