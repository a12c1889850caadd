using System;
using System.Diagnostics;
using System.Management.Automation;
using LightningOps.ControlPlane;
using LightningOps.PowerShell.Errors;
using LightningOps.Settlements;

namespace LightningOps.PowerShell.Progress;

/// <summary>Shows an import: a progress bar, an error for each event that was not ingested, and on demand each settlement.</summary>
internal sealed class SettlementReporter : ISettlementImportObserver
{
    private const int ActivityId = 403;

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Action<ProgressRecord> writeProgress;
    private readonly Action<ErrorRecord> writeError;
    private readonly Action<SettlementOutcome>? writeSettlement;
    private readonly Action waitForPipeline;

    /// <param name="writeProgress">Writes to the progress stream.</param>
    /// <param name="writeError">Writes to the error stream.</param>
    /// <param name="writeSettlement">Writes to the pipeline; null to write no settlement.</param>
    /// <param name="waitForPipeline">Waits until all output is written.</param>
    public SettlementReporter(
        Action<ProgressRecord> writeProgress, Action<ErrorRecord> writeError, Action<SettlementOutcome>? writeSettlement, Action waitForPipeline)
    {
        this.writeProgress = writeProgress;
        this.writeError = writeError;
        this.writeSettlement = writeSettlement;
        this.waitForPipeline = waitForPipeline;
    }

    /// <summary>Name of the current source.</summary>
    public string Source { get; set; } = string.Empty;

    public void Ingested(IngestOutcome outcome)
    {
        if (writeSettlement is not null && SettlementOutcome.From(outcome) is { } settlement)
        {
            writeSettlement(settlement);
        }
    }

    public void Rejected(RejectedEvent rejected) => writeError(ErrorRecords.EventRejected(Source, rejected));

    public void Advanced(SettlementImportProgress progress)
    {
        var record = new ProgressRecord(ActivityId, "Importing settlements from " + Source, FormattableString.Invariant($"{progress.Inputs:N0} events"));
        if (progress.Length is > 0 and var length && progress.Position > 0)
        {
            // A gateway's rows may be read twice, and new ones may arrive.
            var position = Math.Min(progress.Position, length);
            record.PercentComplete = (int)(100d * position / length);
            record.SecondsRemaining = (int)Math.Min(int.MaxValue, clock.Elapsed.TotalSeconds * (length - position) / position);
        }

        writeProgress(record);
        waitForPipeline();
    }

    /// <summary>Removes the bar and restarts the clock for the next source.</summary>
    public void Complete()
    {
        clock.Restart();
        writeProgress(new ProgressRecord(ActivityId, "Importing settlements", "Done") { RecordType = ProgressRecordType.Completed });
    }
}
