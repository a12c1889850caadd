using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.Commands;

/// <summary>Scope of a selected context.</summary>
public enum ContextScope
{
    /// <summary>In this runspace.</summary>
    Runspace,

    /// <summary>In every runspace of the process that has no context of its own.</summary>
    Process,
}

/// <summary>
/// Selects the context of commands without -Context: in this runspace, or with -Scope Process in every runspace of the process that has
/// set none of its own. ForEach-Object -Parallel and thread jobs have runspaces of their own.
/// </summary>
/// <example>
/// <code>Connect-LightningOps Local -StorePath staging.db -Context staging; Select-LightningOpsContext default</code>
/// <para>Goes back to the context the session began with.</para>
/// </example>
[Cmdlet(VerbsCommon.Select, "LightningOpsContext", SupportsShouldProcess = true)]
[OutputType(typeof(LightningOpsContext))]
public sealed class SelectLightningOpsContextCommand : LightningOpsCmdlet
{
    /// <summary>The context: a name, or an object of Get-LightningOpsContext.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(ContextCompleter))]
    [ValidateNotNull]
    [ContextTransformation]
    public ContextArgument Name { get; set; } = null!;

    /// <summary>Runspace, or Process for every runspace of the process that has set none of its own.</summary>
    [Parameter]
    public ContextScope Scope { get; set; }

    /// <summary>Return the context.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var contexts = OnPipeline(() => SessionContexts.For(Runspace.DefaultRunspace));
        var selected = Name.Resolve(contexts);
        if (!ShouldProcess("Context " + selected.Name, "Select for this " + Scope.ToString().ToLowerInvariant()))
        {
            return Task.CompletedTask;
        }

        if (Scope == ContextScope.Process)
        {
            SessionContexts.SelectForProcess(selected);
        }
        else
        {
            contexts.Select(selected);
        }

        if (PassThru)
        {
            WriteObject(selected.ToContext(isSelected: true));
        }

        return Task.CompletedTask;
    }
}
