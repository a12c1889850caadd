using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;

namespace LightningOps.Reconcile;

/// <summary>Collects the finished stages of one or several reconciles, for events.jsonl and summary.json.</summary>
public sealed class ReconcileRecorder : IProgress<StageReport>
{
    private readonly IProgress<StageReport>? next;
    private readonly TimeProvider time;
    private readonly List<RunEvent> events = [];

    /// <summary>A recorder with the system's clock.</summary>
    /// <param name="next">Another receiver, or null.</param>
    public ReconcileRecorder(IProgress<StageReport>? next = null)
        : this(TimeProvider.System, next)
    {
    }

    /// <summary>A recorder.</summary>
    /// <param name="time">Clock of the summary.</param>
    /// <param name="next">Another receiver, or null.</param>
    public ReconcileRecorder(TimeProvider time, IProgress<StageReport>? next = null)
    {
        this.time = time;
        this.next = next;
    }

    /// <summary>The finished stages, in order.</summary>
    public IReadOnlyList<RunEvent> Events
    {
        get
        {
            lock (events)
            {
                return events.ToArray();
            }
        }
    }

    /// <summary>Receives a report.</summary>
    public void Report(StageReport value)
    {
        if (value.Status is not (StageStatus.Started or StageStatus.Waiting or StageStatus.Running))
        {
            lock (events)
            {
                events.Add(ToEvent(value));
            }
        }

        next?.Report(value);
    }

    /// <summary>Writes the outcome of one reconcile.</summary>
    /// <param name="directory">The folder; created if missing.</param>
    /// <param name="result">The result.</param>
    /// <exception cref="System.IO.IOException">A file cannot be written.</exception>
    public void Write(string directory, ReconcileResult result) =>
        Folder.Write(directory, [ReconcileReport.Create(result)], Events, ReconcileSummary.Create(result, NowMs));

    /// <summary>Writes the outcome of a roll-out to several gateways.</summary>
    /// <param name="directory">The folder; created if missing.</param>
    /// <param name="result">The result.</param>
    /// <exception cref="System.IO.IOException">A file cannot be written.</exception>
    public void Write(string directory, RolloutSequenceResult result) =>
        Folder.Write(directory, result.Steps.Select(ReconcileReport.Create).ToArray(), Events, ReconcileSummary.Create(result, NowMs));

    /// <summary>Writes the failure of a run that could not start, with the events so far; the last event is the failure.</summary>
    /// <param name="directory">The folder; created if missing.</param>
    /// <param name="requestId">Request id.</param>
    /// <param name="failure">The failure.</param>
    /// <exception cref="System.IO.IOException">A file cannot be written.</exception>
    public void Write(string directory, string requestId, Exception failure) =>
        Folder.Write(directory, [ReconcileReport.Create(requestId, failure, Events)], Events, ReconcileSummary.Create(requestId, failure, Events, NowMs));

    private ReportFolder Folder => new(time);

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A finished stage as a line of events.jsonl.</summary>
    internal static RunEvent ToEvent(StageReport report)
    {
        var details = new Dictionary<string, object> { ["gateway"] = report.Gateway, ["durationMs"] = (long)report.Duration.TotalMilliseconds };
        foreach (var detail in report.Details)
        {
            details[detail.Key] = detail.Value;
        }

        if (report.Reason is { } reason)
        {
            details["reason"] = reason;
        }

        return new RunEvent(report.AtMs, "reconcile." + EnumName.GetName(report.Stage), report.RequestId, EnumName.GetName(report.Status)) { Details = details };
    }
}
