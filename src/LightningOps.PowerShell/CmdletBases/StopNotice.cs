using System;
using LightningOps.Reconcile;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>Reports after Ctrl+C what the command still waits for. Once something was sent, the gateway is first brought to one state or the other.</summary>
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

    /// <summary>Records the running stage, and reports it while it delays a stopped command.</summary>
    public void Follow(StageReport report)
    {
        lock (gate)
        {
            running = report.Status is StageStatus.Started or StageStatus.Running ? report : null;
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
            tell("Stopping. " + at.Gateway + " will first finish applying or rolling back; the outcome follows.");
        }

        tell(at.Gateway + " " + at.Stage + ": " + waitsFor);
    }

    /// <summary>The rest of the stopped stage.</summary>
    private static string DescribeRemaining(StageReport at) => at.Stage switch
    {
        ReconcileStage.Apply when at.Gateway.StartsWith("file:", StringComparison.Ordinal) =>
            "the running reload command is stopped, the file is restored, and the command is run again, within its time limit (-ReloadTimeoutSeconds).",
        ReconcileStage.Apply => "the call is cancelled; changes that arrived are rolled back.",
        ReconcileStage.Close => "the call is cancelled; services already closed stay closed.",
        _ => DescribeNext(at) ?? "the check is cancelled.",
    };

    /// <summary>The stage that follows a stop; null for one that ends at once.</summary>
    private static string? DescribeNext(StageReport at) => at.Stage switch
    {
        ReconcileStage.Rollback => "waiting until the gateway serves the previous configuration.",
        ReconcileStage.Record => "waiting until the outcome is recorded in the control plane.",
        _ => null,
    };
}
