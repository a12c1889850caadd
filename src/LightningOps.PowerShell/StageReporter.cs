using System;
using System.Management.Automation;
using LightningOps.Reconcile;

namespace LightningOps.PowerShell;

/// <summary>Shows the stages of reconciles: a progress bar a gateway, and in the verbose stream each stage with how long it took.</summary>
internal sealed class StageReporter : IProgress<StageReport>
{
    private const int ActivityId = 402;
    private static readonly int Stages = Enum.GetValues(typeof(ReconcileStage)).Length;

    private readonly string activity;
    private readonly Action<ProgressRecord> writeProgress;
    private readonly Action<string> writeVerbose;

    /// <param name="activity">What is done, for example <c>Rolling out</c>.</param>
    /// <param name="writeProgress">Writes to the progress stream.</param>
    /// <param name="writeVerbose">Writes to the verbose stream.</param>
    public StageReporter(string activity, Action<ProgressRecord> writeProgress, Action<string> writeVerbose)
    {
        this.activity = activity;
        this.writeProgress = writeProgress;
        this.writeVerbose = writeVerbose;
    }

    public void Report(StageReport value) => Show(() =>
    {
        if (value.Status == StageStatus.Started)
        {
            writeProgress(new ProgressRecord(ActivityId, activity + " " + value.Gateway, value.Stage.ToString()) { PercentComplete = 100 * (int)value.Stage / Stages });
            return;
        }

        var reason = value.Reason is null ? string.Empty : ": " + value.Reason;
        writeVerbose(FormattableString.Invariant($"{value.Gateway} {value.Stage} {value.Status} after {value.Duration.TotalMilliseconds:0} ms{reason}"));
    });

    /// <summary>Takes the bar away.</summary>
    public void Complete() => Show(() => writeProgress(new ProgressRecord(ActivityId, activity, "Done") { RecordType = ProgressRecordType.Completed }));

    private static void Show(Action show)
    {
        try
        {
            show();
        }
        catch (OperationCanceledException)
        {
            // The pipeline is stopped and takes nothing more; the reconcile still has to end well.
        }
    }
}
