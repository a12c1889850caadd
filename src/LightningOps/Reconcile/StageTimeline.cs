using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Observability;

namespace LightningOps.Reconcile;

/// <summary>Runs the stages of one reconcile, times them and reports their beginning and end.</summary>
internal sealed class StageTimeline
{
    private readonly TimeProvider time;
    private readonly IProgress<StageReport>? progress;
    private readonly string gateway;
    private readonly string requestId;
    private readonly List<StageReport> ended = [];
    private ReconcileStage running;

    public StageTimeline(TimeProvider time, IProgress<StageReport>? progress, string gateway, string requestId)
    {
        this.time = time;
        this.progress = progress;
        this.gateway = gateway;
        this.requestId = requestId;
    }

    public IReadOnlyList<StageReport> Completed => ended.ToArray();

    /// <summary>Reports that a stage waits.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="reason">What it waits for.</param>
    public void ReportWaiting(ReconcileStage stage, string reason) => Publish(Report(stage, StageStatus.Waiting) with { Reason = reason });

    /// <summary>Reports that the running stage waits for the gateway to start.</summary>
    /// <param name="left">Time left of the limit.</param>
    public void ReportStarting(TimeSpan left) =>
        Publish(Report(running, StageStatus.Waiting) with { Reason = "for Aperture to start", SecondsRemaining = (int)Math.Ceiling(left.TotalSeconds) });

    /// <summary>Reports how many of the changes of a running stage were made.</summary>
    public void ReportChanges(ReconcileStage stage, int done, int all) => Publish(Report(stage, StageStatus.Running) with { Done = done, All = all });

    /// <summary>Runs a stage whose failure ends the run; the exception is passed on.</summary>
    public async Task<T> RunAsync<T>(ReconcileStage stage, Func<StageStep, Task<T>> work)
    {
        var step = new StageStep();
        using var span = Telemetry.Source.StartActivity("lightningops.stage." + EnumName.GetName(stage));
        var started = Begin(stage);
        try
        {
            return await work(step).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            step.Fail(failure is OperationCanceledException ? "cancelled" : RolloutFailure.GetReason(failure));
            throw;
        }
        finally
        {
            End(stage, step, started, span);
        }
    }

    /// <summary>Runs a stage and returns its failure, of any kind, so that it must be handled.</summary>
    public Task<RolloutFailure?> AttemptAsync(
        ReconcileStage stage, string code, Func<StageStep, CancellationToken, Task> work, CancellationToken stop) =>
        AttemptAsync(stage, code, work, new RolloutFailure(ReconcileFailureCodes.Cancelled, stage, "cancelled"), stop);

    /// <summary>Runs a stage that cannot be stopped, within a time limit.</summary>
    public async Task<RolloutFailure?> AttemptWithinAsync(
        ReconcileStage stage, string code, Func<StageStep, CancellationToken, Task> work, TimeSpan limit)
    {
        using var windDown = time.CreateCancellationTokenSource(limit);
        return await AttemptAsync(stage, code, work, new RolloutFailure(code, stage, "timeout"), windDown.Token).ConfigureAwait(false);
    }

    private async Task<RolloutFailure?> AttemptAsync(
        ReconcileStage stage, string code, Func<StageStep, CancellationToken, Task> work, RolloutFailure whenStopped, CancellationToken stop)
    {
        var step = new StageStep();
        using var span = Telemetry.Source.StartActivity("lightningops.stage." + EnumName.GetName(stage));
        var started = Begin(stage);
        try
        {
            stop.ThrowIfCancellationRequested();
            await work(step, stop).ConfigureAwait(false);
            return step.Status == StageStatus.Failed ? new RolloutFailure(code, stage, step.Reason!) { Address = step.Address } : null;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            step.Fail(whenStopped.Reason);
            return whenStopped;
        }
        catch (Exception failure)
        {
            // An unexpected failure must not leave a gateway between two configurations.
            step.Fail(failure);
            return new RolloutFailure(failure is GatewayChangedException ? ReconcileFailureCodes.GatewayChanged : code, stage, step.Reason!) { Address = step.Address };
        }
        finally
        {
            End(stage, step, started, span);
        }
    }

    private long Begin(ReconcileStage stage)
    {
        running = stage;
        Publish(Report(stage, StageStatus.Started));
        return time.GetTimestamp();
    }

    private void End(ReconcileStage stage, StageStep step, long started, Activity? span)
    {
        var report = Report(stage, step.Status) with { Duration = time.GetElapsedTime(started), Reason = step.Reason, Details = step.Details };
        ended.Add(report);
        Observe(report, span);
        Publish(report);
    }

    private void Publish(StageReport report)
    {
        try
        {
            progress?.Report(report);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A failing listener must not leave a gateway between two configurations.
        }
    }

    private static void Observe(StageReport report, Activity? span)
    {
        var status = EnumName.GetName(report.Status);
        span?.SetTag("lightningops.stage.status", status);
        if (report.Status == StageStatus.Failed)
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }

        if (Measurements.StageDuration.Enabled)
        {
            Measurements.StageDuration.Record(report.Duration.TotalSeconds, new TagList { { "stage", EnumName.GetName(report.Stage) }, { "status", status } });
        }
    }

    private StageReport Report(ReconcileStage stage, StageStatus status) => new()
    {
        Gateway = gateway,
        RequestId = requestId,
        Stage = stage,
        Status = status,
        AtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
    };
}
