using LightningOps.Reconcile;

namespace LightningOps.Smoke.FullFlow;

/// <summary>What the events of a full flow say (vectors/smoke/full-flow.events.jsonl).</summary>
internal static class FlowDetails
{
    public static void Add(FlowStage stage, StagingSmokeResult staging)
    {
        stage.Details["deploymentId"] = staging.DeploymentId;
        stage.Details["configHash"] = staging.ConfigHash.Value;
        stage.Details["status"] = EnumName.Of(staging.DeploymentStatus);
        stage.Details["challengeOk"] = staging.ChallengeOk;
        stage.Details["proxyOk"] = staging.ProxyOk;
        stage.Details["healthOk"] = staging.HealthOk;
    }

    public static void Add(FlowStage stage, FullFlowPaidRequest paid)
    {
        AddKnown(stage, "settlementId", paid.SettlementId);
        stage.Details["paymentProofRef"] = paid.PaymentProofRef;
        stage.Details["amountMsats"] = paid.AmountMsats.Value;
        AddKnown(stage, "taskId", paid.TaskId);
        AddKnown(stage, "routeId", paid.RouteId);
    }

    public static void Add(FlowStage stage, FullFlowDeniedRequest denied)
    {
        stage.Details["denyReasonCode"] = denied.DenyReasonCode;
        stage.Details["denyReason"] = denied.DenyReason;
    }

    public static void Add(FlowStage stage, FullFlowObservability observed)
    {
        stage.Details["recordCount"] = observed.RecordCount;
        stage.Details["missingFieldKeys"] = observed.MissingFieldKeys;
    }

    private static void AddKnown(FlowStage stage, string key, string? value)
    {
        if (value is not null)
        {
            stage.Details[key] = value;
        }
    }
}
