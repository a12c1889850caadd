using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Gets entries of the journal, newest first: who did what, when, from where and with which result. The journal holds switches,
/// roll-outs, restores, imports, changes of paywalls and of credentials. A roll-out has an entry before its first write (roll-out begun)
/// and one with its outcome; the first without the second is of a process that was killed. It is in the store of the control plane; for Api and Convex in the
/// local store of the machine that did it.
/// </summary>
/// <example>
/// <code>Get-LightningOpsJournal -Mode Local -Since (Get-Date).AddDays(-7) -Kind Switch</code>
/// <para>The pauses and kill switches of the last week.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "LightningOpsJournal")]
[OutputType(typeof(JournalEntry))]
public sealed class GetLightningOpsJournalCommand : HistoryCmdlet
{
    /// <summary>Kind of what was done.</summary>
    [Parameter]
    public JournalKind Kind { get; set; }

    /// <summary>Gateway concerned: a registered name, kind and address, or as the entries name it. The path of a file may be relative.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RegisteredGatewayCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Gateway { get; set; }

    /// <summary>Who did it, as the entries name it: user@machine, or the name that was given to the command.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Who { get; set; }

    /// <summary>How it ended.</summary>
    [Parameter]
    public JournalResult Result { get; set; }

    /// <summary>Deployment it was recorded as.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DeploymentIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? DeploymentId { get; set; }

    /// <summary>Maximum number of results.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; } = 100;

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        using var journal = OpenJournalToRead(EffectiveMode);
        WriteObject(await journal.ListAsync(Query, cancellationToken).ConfigureAwait(false), enumerateCollection: true);
    }

    private JournalQuery Query => new()
    {
        SinceMs = TimeRange.SinceMs,
        UntilMs = TimeRange.UntilMs,
        Kind = IsBound(nameof(Kind)) ? Kind : null,
        Gateway = Gateway is null ? null : GetGatewayName(Gateway),
        Who = Who,
        Result = IsBound(nameof(Result)) ? Result : null,
        DeploymentId = DeploymentId,
        First = First,
    };
}
