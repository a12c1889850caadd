using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Artifacts;

namespace LightningOps.Reconcile;

/// <summary>The summary.json of reconciles. It has more members than the result's own JSON, which is that of the older service.</summary>
internal static class ReconcileSummary
{
    public static object Create(ReconcileResult result, long generatedAtMs) => new
    {
        result.Ok,
        result.RequestId,
        result.ExecutionPath,
        GatewayReconcile = GetMembers(result),
        GeneratedAtMs = generatedAtMs,
    };

    public static object Create(RolloutSequenceResult result, long generatedAtMs) => new
    {
        result.Ok,
        result.StoppedAt,
        Gateways = result.Steps.Select(step => new
        {
            step.Gateway,
            step.Ok,
            step.WasReached,
            Error = step.Error?.Message,
            ErrorId = step.Error?.Tag,
            GatewayReconcile = step.Result is null ? null : GetMembers(step.Result),
        }).ToArray(),
        GeneratedAtMs = generatedAtMs,
    };

    public static object Create(string requestId, Exception failure, IReadOnlyList<RunEvent> events, long generatedAtMs) => new
    {
        Ok = false,
        RequestId = requestId,
        FailedStage = events.LastOrDefault(happened => happened.Status == "failed")?.Stage,
        Error = failure switch
        {
            LightningOpsException own => own.Message,
            OperationCanceledException => "cancelled",
            _ => RolloutFailure.GetReason(failure),
        },
        ErrorId = (failure as LightningOpsException)?.Tag,
        GeneratedAtMs = generatedAtMs,
    };

    private static object GetMembers(ReconcileResult result) => new
    {
        result.Gateway,
        result.DeploymentId,
        result.DeploymentStatus,
        result.ConfigHash,
        result.RuleCount,
        result.Valid,
        result.Serving,
        result.Changed,
        result.HealthOk,
        result.ChallengeOk,
        result.ProxyOk,
        result.FailureCode,
        result.FailureReason,
        result.RolledBackFrom,
        result.ImageDigest,
        result.Plan,
        result.Warnings,
        result.Diagnostics,
    };
}
