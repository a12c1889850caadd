using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Errors;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Checks the journal: every entry holds the hash of the one before it, so that a changed or missing entry is found. Entries removed
/// from the end, or a journal written anew, are found only against heads that are kept outside the store: every exported report holds one.
/// </summary>
/// <example>
/// <code>Test-LightningOpsJournal -Mode Local -ReportPath /srv/reports/*/report.html</code>
/// <para>Checks the chain against all heads in the reports.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "LightningOpsJournal")]
[OutputType(typeof(JournalCheck))]
public sealed class TestLightningOpsJournalCommand : ControlPlaneCmdlet
{
    private readonly List<JournalHead> heads = [];

    /// <summary>Heads kept elsewhere: journal:NUMBER:HASH.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("JournalHead")]
    [ValidateNotNullOrEmpty]
    public string[] Head { get; set; } = [];

    /// <summary>Reports or logs that contain heads: report.html, JUnit XML or any other text. Wildcards are expanded.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] ReportPath { get; set; } = [];

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        foreach (var text in Head)
        {
            heads.Add(JournalHead.TryParse(text, out var head) ? head! : throw new ConfigException(nameof(Head), "is not the head of a journal", "Specify it as journal:NUMBER:HASH, as a report shows it."));
        }

        foreach (var file in ReportPath.SelectMany(ResolveFiles))
        {
            if (JournalHead.FindAll(File.ReadAllText(file)) is { Count: > 0 } found)
            {
                heads.AddRange(found);
            }
            else
            {
                WriteError(ErrorRecords.Create("JournalHeadNotFound", file + " contains no head of a journal.", ErrorCategory.ObjectNotFound, file, "Specify a report of a roll-out or a comparison, written by Export-L402Artifact or -ArtifactDirectory."));
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        using var journal = OpenJournalToRead(EffectiveMode);
        var check = await journal.CheckAsync(heads.Distinct().OrderBy(static head => head.Sequence).ToArray(), cancellationToken).ConfigureAwait(false);
        WriteObject(check);
        if (!check.Ok)
        {
            WriteError(ErrorRecords.JournalBroken(check));
        }
        else if (check.Entries > check.VouchedUntil)
        {
            WriteWarning(check.VouchedUntil == 0
                ? "The chain is whole, but was not checked against a head from outside the store: an account that can write the store can rewrite the whole chain. Use -ReportPath or -Head."
                : "The entries after " + check.VouchedUntil + " are not vouched for by a head from outside the store.");
        }
    }
}
