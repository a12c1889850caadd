using System;
using System.Diagnostics;
using System.Management.Automation;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Display;
using LightningOps.Reconcile;

namespace LightningOps.PowerShell.Progress;

/// <summary>Shows the stages of reconciles: one progress bar per gateway, and each stage with its duration in the verbose stream.</summary>
internal sealed class StageReporter : IProgress<StageReport>
{
    private const int ActivityId = 402;
    private static readonly int Stages = Enum.GetValues(typeof(ReconcileStage)).Length;

    private readonly string activity;
    private readonly Action<ProgressRecord> writeProgress;
    private readonly Action<string> writeVerbose;
    private readonly StopNotice windDown;
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private string? gateway;
    private string? waiting;
    private Stopwatch? changing;

    /// <param name="activity">The activity, for example <c>Rolling out</c>.</param>
    /// <param name="writeProgress">Writes to the progress stream.</param>
    /// <param name="writeVerbose">Writes to the verbose stream.</param>
    /// <param name="tellHost">Writes to the screen, also when the pipeline is stopped.</param>
    public StageReporter(string activity, Action<ProgressRecord> writeProgress, Action<string> writeVerbose, Action<string> tellHost)
    {
        this.activity = activity;
        this.writeProgress = writeProgress;
        this.writeVerbose = writeVerbose;
        windDown = new StopNotice(tellHost);
    }

    public void Report(StageReport value)
    {
        windDown.Follow(value);
        Show(() => Write(value));
    }

    /// <summary>The operator stops the command; the host then shows the stage it waits for.</summary>
    public void Stop() => windDown.Begin();

    /// <summary>Removes the bar.</summary>
    public void Complete() => Show(() => writeProgress(new ProgressRecord(ActivityId, activity, "Done") { RecordType = ProgressRecordType.Completed }));

    private void Write(StageReport value)
    {
        if (value.Status == StageStatus.Started)
        {
            writeProgress(CreateProgress(value));
            return;
        }

        if (value.Status == StageStatus.Waiting)
        {
            var waits = value.Stage + " waiting: " + value.Reason;
            writeProgress(new ProgressRecord(ActivityId, activity + " " + value.Gateway, GetText(value.Stage) + ", waiting: " + value.Reason) { SecondsRemaining = value.SecondsRemaining ?? RemainingTime.Unknown });
            if (waiting != waits)
            {
                waiting = waits;
                writeVerbose(value.Gateway + " " + waits);
            }

            return;
        }

        waiting = null;

        if (value is { Status: StageStatus.Running, Done: { } done, All: { } all })
        {
            WriteChanges(value, done, all);
            return;
        }

        var reason = value.Reason is null ? string.Empty : ": " + value.Reason;
        writeVerbose(FormattableString.Invariant($"{value.Gateway} {value.Stage} {value.Status} after {value.Duration.TotalMilliseconds:0} ms{reason}"));
    }

    /// <summary>The progress of a stage with many changes, with the time left.</summary>
    private void WriteChanges(StageReport value, int done, int all)
    {
        if (done == 1 || changing is null)
        {
            changing = Stopwatch.StartNew();
        }

        writeProgress(new ProgressRecord(ActivityId, activity + " " + value.Gateway, FormattableString.Invariant($"{GetText(value.Stage)}: {done} of {all} services"))
        {
            PercentComplete = 100 * done / Math.Max(all, 1),
            SecondsRemaining = RemainingTime.EstimateSeconds(done, all, changing.Elapsed),
        });
    }

    /// <summary>The estimate covers the stages of one gateway, because gateways run one after the other.</summary>
    private ProgressRecord CreateProgress(StageReport started)
    {
        if (gateway != started.Gateway)
        {
            gateway = started.Gateway;
            watch.Restart();
        }

        var done = (int)started.Stage;
        return new ProgressRecord(ActivityId, activity + " " + started.Gateway, GetText(started.Stage))
        {
            PercentComplete = 100 * done / Stages,
            SecondsRemaining = RemainingTime.EstimateSeconds(done, Stages, watch.Elapsed),
        };
    }

    private static string GetText(ReconcileStage stage) => stage switch
    {
        ReconcileStage.Lease => "Acquiring the lease",
        ReconcileStage.Outbox => "Sending records of earlier runs",
        ReconcileStage.List => "Listing the paywalls",
        ReconcileStage.Security => "Reading the switches",
        ReconcileStage.Compile => "Compiling",
        ReconcileStage.Pending => "Recording the deployment as pending",
        ReconcileStage.ActiveLookup => "Reading what the gateway serves",
        ReconcileStage.Plan => "Making the plan",
        ReconcileStage.Apply => "Sending the configuration",
        ReconcileStage.Health => "Checking that the gateway is up",
        ReconcileStage.Challenge => "Checking the price asked",
        ReconcileStage.Proxy => "Checking a paid request",
        ReconcileStage.Rollback => "Rolling back",
        ReconcileStage.Close => "Closing denied services",
        ReconcileStage.Record => "Recording the outcome",
        _ => stage.ToString(),
    };

    private static void Show(Action show)
    {
        try
        {
            show();
        }
        catch (OperationCanceledException)
        {
            // The pipeline is stopped and accepts nothing more; the reconcile must still end properly.
        }
    }
}
