using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Sets the context of this runspace to that of another: a context object of the parent, passed as $using:context or as an argument of a
/// job, is stored and selected here. To another process, as with Start-Job, everything travels but secrets: those come from the
/// environment of that process.
/// </summary>
/// <example>
/// <code>$context = Get-LightningOpsContext; 1..2 | ForEach-Object -Parallel { $null = Set-LightningOpsContext $using:context; Get-LightningPaywall }</code>
/// <para>Each runspace uses the context of its parent.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "LightningOpsContext", SupportsShouldProcess = true)]
[OutputType(typeof(LightningOpsContext))]
public sealed class SetLightningOpsContextCommand : LightningOpsCmdlet
{
    /// <summary>The context of the other runspace, or the name of one of this.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    [ContextTransformation]
    public ContextArgument InputObject { get; set; } = null!;

    /// <summary>Name under which it is stored here; its own by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var contexts = OnPipeline(() => SessionContexts.For(Runspace.DefaultRunspace));
        var given = InputObject.Resolve(contexts);
        if (!ShouldProcess("Context " + (Name ?? given.Name), "Set and select"))
        {
            return Task.CompletedTask;
        }

        var stored = contexts.GetOrAdd(Name ?? given.Name);
        stored.Connect(given.Values);
        contexts.Select(stored);
        WriteObject(stored.ToContext(isSelected: true));
        return Task.CompletedTask;
    }
}
