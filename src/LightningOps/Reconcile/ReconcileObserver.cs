using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.Observability;

namespace LightningOps.Reconcile;

/// <summary>Reports the reconciles of one gateway: a span, metrics, and records for a sink.</summary>
internal sealed class ReconcileObserver
{
    private readonly IObservabilitySink? sink;
    private readonly TimeProvider time;
    private readonly string gateway;

    /// <param name="sink">Receives records; null for none.</param>
    /// <param name="time">Clock of the records.</param>
    /// <param name="gateway">Name of the gateway.</param>
    public ReconcileObserver(IObservabilitySink? sink, TimeProvider time, string gateway)
    {
        this.sink = sink;
        this.time = time;
        this.gateway = gateway;
    }

    /// <summary>Runs a reconcile and reports its outcome; a failing sink is a warning on the result.</summary>
    /// <param name="requestId">Request id.</param>
    /// <param name="pass">The reconcile.</param>
    /// <param name="earlierStages">Number of the result's stages that belong to an earlier reconcile.</param>
    public async Task<ReconcileResult> ObserveAsync(string requestId, Func<Task<ReconcileResult>> pass, int earlierStages = 0)
    {
        var startedMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var started = time.GetTimestamp();
        using var span = Telemetry.Source.StartActivity("lightningops.reconcile");
        span?.SetTag("lightningops.gateway.name", gateway);
        span?.SetTag("lightningops.request_id", requestId);
        try
        {
            var result = await pass().ConfigureAwait(false);
            Describe(span, result);
            Measure(started, EnumName.GetName(result.DeploymentStatus), result.FailureCode);
            return Record(result, startedMs, result.Stages.Skip(earlierStages));
        }
        catch (Exception failure)
        {
            var code = ErrorCodes.GetCode(failure);
            Telemetry.Fail(span, code);
            Measure(started, "not_made", code);
            new GuardedSink(sink).Write(OperationRecords.Reconcile(requestId, code, startedMs));
            throw;
        }
    }

    private static void Describe(Activity? span, ReconcileResult result)
    {
        span?.SetTag("lightningops.deployment.id", result.DeploymentId);
        span?.SetTag("lightningops.deployment.status", EnumName.GetName(result.DeploymentStatus));
        span?.SetTag("lightningops.config_hash", result.ConfigHash);
        span?.SetTag("lightningops.rule_count", result.RuleCount);
        if (result.FailureCode is { } code)
        {
            Telemetry.Fail(span, code);
        }
    }

    private void Measure(long started, string outcome, string? failureCode)
    {
        var tags = new TagList { { "outcome", outcome } };
        if (failureCode is not null)
        {
            tags.Add("error.type", failureCode);
        }

        Measurements.Reconciles.Add(1, tags);
        Measurements.ReconcileDuration.Record(time.GetElapsedTime(started).TotalSeconds, tags);
    }

    private ReconcileResult Record(ReconcileResult result, long startedMs, IEnumerable<StageReport> stages)
    {
        var records = new List<ObservabilityRecord> { OperationRecords.Reconcile(result.RequestId, result.FailureCode, startedMs) };
        records.AddRange(stages
            .Where(static stage => stage.Stage == ReconcileStage.Health && stage.Status != StageStatus.Skipped)
            .Select(stage => OperationRecords.GatewayHealth(
                stage.RequestId,
                stage.Status == StageStatus.Failed ? ReconcileFailureCodes.HealthCheckFailed : null,
                stage.AtMs)));
        ReconcileWarning? warning = null;
        new GuardedSink(sink, message => warning = new ReconcileWarning("observability_not_written", message)).Write(records);
        return warning is null ? result : result with { Warnings = [.. result.Warnings, warning] };
    }
}
