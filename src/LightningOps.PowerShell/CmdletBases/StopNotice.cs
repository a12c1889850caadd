using System;
using LightningOps.Reconcile;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>Tells, once Ctrl+C is pressed, what the command still waits for: where something was sent, the gateway is brought to one state or the other first.</summary>
internal sealed class StopNotice
{
    private readonly object gate = new();
    private readonly Action<string> tell;
    private StageReport? running;
    private string? sentTo;
    private bool isStopped;
    private bool hasStarted;

    /// <param name="tell">Writes to the screen.</param>
    public StopNotice(Action<string> tell) => this.tell = tell;

    /// <summary>Takes note of a stage, and tells it when it keeps a stopped command waiting.</summary>
    public void Follow(StageReport report)
    {
        lock (gate)
        {
            running = report.Status == StageStatus.Started ? report : null;
            if (report.Stage is ReconcileStage.Apply or ReconcileStage.Close or ReconcileStage.Rollback)
            {
                sentTo = report.Gateway;
            }

            if (isStopped && running is not null && DescribeNext(report) is { } next)
            {
                Write(report, next);
            }
        }
    }

    /// <summary>The operator stops the command.</summary>
    public void Begin()
    {
        lock (gate)
        {
            isStopped = true;
            if (running is { } at && (sentTo == at.Gateway || at.Stage == ReconcileStage.Record))
            {
                Write(at, DescribeRemaining(at));
            }
        }
    }

    private void Write(StageReport at, string waitsFor)
    {
        if (!hasStarted)
        {
            hasStarted = true;
            tell("Stopping: " + at.Gateway + " is brought to a state first, rolled back or applied; how it ended is told then.");
        }

        tell(at.Gateway + " " + at.Stage + ": " + waitsFor);
    }

    /// <summary>What is left of the stage that is stopped.</summary>
    private static string DescribeRemaining(StageReport at) => at.Stage switch
    {
        ReconcileStage.Apply when at.Gateway.StartsWith("file:", StringComparison.Ordinal) =>
            "a reload command at work is ended and the file put back; then the command runs once more, to load that, for at most its time limit (-ReloadTimeoutSeconds).",
        ReconcileStage.Apply => "the call is broken off; what arrived is taken back.",
        ReconcileStage.Close => "the call is broken off; what is closed by now stays closed.",
        _ => DescribeNext(at) ?? "the check is broken off.",
    };

    /// <summary>What a stage does that follows a stop; null for one that is over at once.</summary>
    private static string? DescribeNext(StageReport at) => at.Stage switch
    {
        ReconcileStage.Rollback => "waiting until the gateway serves what it served before.",
        ReconcileStage.Record => "waiting until the control plane knows how it ended.",
        _ => null,
    };
}
