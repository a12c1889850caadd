using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Errors;
using LightningOps.Status;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Writes reports of runs: events.jsonl, summary.json and report.html (a self-contained page), and JUnit XML for CI.
/// Accepts the results of Invoke-L402Smoke, Sync-ApertureConfig, Test-ApertureDrift, Invoke-LightningCompile and
/// Import-L402Settlement; several results share the files.
/// </summary>
/// <remarks>
/// A skipped check is reported as skipped, never as passed. An error sent down the pipeline with 2&gt;&amp;1 is
/// reported as a run that could not be started, so that a CI sees it.
/// </remarks>
/// <example>
/// <code>Invoke-L402Smoke Compile, Security, Staging -Mode Mock | Export-L402Artifact -Directory output/smokes -JUnitPath output/smokes.xml</code>
/// <para>One page and one JUnit file of three smokes.</para>
/// </example>
/// <example>
/// <code>Sync-ApertureConfig -Mode Api -Force 2&gt;&amp;1 | Export-L402Artifact -Directory output/rollout -PassThru</code>
/// <para>Records the outcome of a roll-out and passes the result on.</para>
/// </example>
[Cmdlet(VerbsData.Export, "L402Artifact", SupportsShouldProcess = true)]
[OutputType(typeof(PSObject))]
public sealed class ExportL402ArtifactCommand : StoreCmdlet
{
    private const string HeadFact = "Journal head";
    private readonly List<object> passed = [];
    private readonly List<RunReport> runs = [];

    /// <summary>Result of a smoke, a roll-out, a comparison, a status, a compile or an import, or an error.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [DeserializedTransformation(typeof(IReportable))]
    public PSObject? InputObject { get; set; }

    /// <summary>Folder for events.jsonl, summary.json and report.html; created if missing. Each file is replaced atomically.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Directory { get; set; } = string.Empty;

    /// <summary>File for JUnit XML, with one test suite per run and one test case per check. Skipped checks are skipped test cases.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? JUnitPath { get; set; }

    /// <summary>Do not overwrite an existing file; it is an error.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Show owner ids in the report of a status (Get-L402Status), and the findings of its last roll-outs; without it both are left out. The page of a status contains no address of an upstream or a client.</summary>
    [Parameter]
    public SwitchParameter IncludeOwner { get; set; }

    /// <summary>Return the inputs after they are written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        switch (InputObject?.BaseObject)
        {
            case L402Status status:
                passed.Add(status);
                runs.Add(StatusReport.Create(status, IncludeOwner));
                break;
            case IReportable reportable:
                passed.Add(reportable);
                runs.Add(reportable.ToReport());
                break;
            case ErrorRecord error when passed.Any(result => ReferenceEquals(result, Plain(error.TargetObject))) || IsReported(error):
                // The result of the error is already included and reports it.
                break;
            case ErrorRecord error:
                passed.Add(error);
                runs.Add(ErrorReport.Create(error));
                break;
            default:
                WriteError(ErrorRecords.Create(
                    "NotReportable",
                    "Cannot report a value of type " + (InputObject?.BaseObject.GetType().Name ?? "null") + ".",
                    ErrorCategory.InvalidType,
                    InputObject,
                    "Pipe unmodified results of Invoke-L402Smoke, Sync-ApertureConfig, Test-ApertureDrift, Get-L402Status, Invoke-LightningCompile or Import-L402Settlement."));
                break;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (runs.Count == 0)
        {
            WriteWarning("Nothing to report: no result was received and nothing was written. Pipe in the results of Invoke-L402Smoke, Sync-ApertureConfig or another run.");
            return;
        }

        var folder = ResolveFile(Directory);
        foreach (var name in new[] { RunRecord.EventsFile, RunRecord.SummaryFile, ReportFolder.PageFile })
        {
            RequireNoFile(Path.Combine(folder, name), NoClobber);
        }

        if (JUnitPath is not null)
        {
            RequireNoFile(ResolveFile(JUnitPath), NoClobber);
        }

        var head = await FindHeadAsync(cancellationToken).ConfigureAwait(false);
        var reports = head is null ? runs : runs.Select(run => WithHead(run, head)).ToList();
        if (ShouldProcess(folder, "Write " + RunRecord.EventsFile + ", " + RunRecord.SummaryFile + " and " + ReportFolder.PageFile))
        {
            new ReportFolder().Write(folder, reports);
            WriteVerbose("Wrote " + Path.Combine(folder, ReportFolder.PageFile));
        }

        if (JUnitPath is not null && ResolveFile(JUnitPath) is var file && ShouldProcess(file, "Write JUnit XML"))
        {
            ReportFolder.WriteJUnit(file, reports);
        }

        if (PassThru)
        {
            WriteObject(passed, enumerateCollection: true);
        }
    }

    // An error of a job has a copy of its result, which may also have been received.
    private bool IsReported(ErrorRecord error)
    {
        if (DeserializedRecord.FindType(error.TargetObject) is not { } type || !typeof(IReportable).IsAssignableFrom(type))
        {
            return false;
        }

        try
        {
            var about = ((IReportable)DeserializedRecord.Read((PSObject)error.TargetObject, type, type.Name)).ToReport();
            return runs.Any(run => run.Title == about.Title && run.RequestId == about.RequestId && run.Outcome == about.Outcome);
        }
        catch (LightningOpsException)
        {
            return false;
        }
    }

    /// <summary>The last entry of the journal of the session; null if it cannot be read.</summary>
    private async Task<JournalHead?> FindHeadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await FindJournalHeadAsync(SessionMode, cancellationToken).ConfigureAwait(false);
        }
        catch (ConfigException failure)
        {
            WriteVerbose("The journal cannot be read: " + failure.Message);
            return null;
        }
    }

    /// <summary>The report with the head of the journal; the report of a roll-out has its own.</summary>
    private static RunReport WithHead(RunReport run, JournalHead head) =>
        run.Facts.Any(static fact => fact is { Name: HeadFact, Value: not null }) ? run
        : run with { Facts = [.. run.Facts.Where(static fact => fact.Name != HeadFact), new ReportFact(HeadFact, head.ToString())] };

    private static object? Plain(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
