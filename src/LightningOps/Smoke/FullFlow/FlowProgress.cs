using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.Artifacts;
using LightningOps.Reconcile;

namespace LightningOps.Smoke.FullFlow;

/// <summary>Progress of a full flow: one event per stage, and the checks made. The first failure ends it.</summary>
internal sealed class FlowProgress
{
    private readonly TimeProvider time;
    private readonly List<RunEvent> events = [];
    private readonly List<string> passed = [];
    private string? current;

    public FlowProgress(TimeProvider time) => this.time = time;

    /// <summary>The finished stages, in order.</summary>
    public IReadOnlyList<RunEvent> Events => events;

    /// <summary>The check that failed, or null.</summary>
    public FlowFailure? Failure { get; private set; }

    /// <summary>The state of the checks.</summary>
    public FullFlowCoverage Coverage()
    {
        var failed = Failure is null ? [] : new[] { Failure.Check };
        var open = FullFlowChecks.All.Except(passed).Except(failed).ToArray();
        return new FullFlowCoverage
        {
            TotalChecks = FullFlowChecks.All.Count,
            PassedChecks = passed.Count,
            FailedChecks = failed,
            ChecksNotMade = open.Length == 0 ? null : open,
        };
    }

    /// <summary>Begins a check unless it is already running; the previous one has passed.</summary>
    public void Begin(string check)
    {
        if (current != check)
        {
            PassCurrent();
            current = check;
        }
    }

    /// <summary>Runs a stage and writes its event, also when it fails or is cancelled.</summary>
    /// <exception cref="LightningOpsException">The stage failed; the failure is also in <see cref="Failure" />.</exception>
    public async Task StageAsync(string name, string requestId, Func<FlowStage, Task> body)
    {
        var stage = new FlowStage(this, name, requestId);
        try
        {
            await body(stage).ConfigureAwait(false);
            PassCurrent();
            Add(stage, "ok");
        }
        catch (Exception failure) when (failure is LightningOpsException or OperationCanceledException)
        {
            Failure = FlowFailure.From(current ?? name, failure);
            stage.Details["check"] = Failure.Check;
            stage.Details["code"] = Failure.Code;
            stage.Details["reason"] = Failure.Reason;
            Add(stage, "failed");
            throw;
        }
    }

    private void PassCurrent()
    {
        if (current is not null)
        {
            passed.Add(current);
            current = null;
        }
    }

    private void Add(FlowStage stage, string status) =>
        events.Add(new RunEvent(time.GetUtcNow().ToUnixTimeMilliseconds(), stage.Name, stage.RequestId, status) { Details = stage.Details.Count == 0 ? null : stage.Details });
}

/// <summary>A running stage of the full flow, with the details of its event and its current check.</summary>
internal sealed class FlowStage
{
    private readonly FlowProgress progress;

    public FlowStage(FlowProgress progress, string name, string requestId)
    {
        this.progress = progress;
        Name = name;
        RequestId = requestId;
    }

    public string Name { get; }

    /// <summary>Request of the event; some stages set it late.</summary>
    public string RequestId { get; set; }

    public Dictionary<string, object> Details { get; } = [];

    /// <summary>Begins a check. It has passed when another begins or the stage ends.</summary>
    public void Check(string check) => progress.Begin(check);
}

/// <summary>Details of the events of a full flow (vectors/smoke/full-flow.events.jsonl).</summary>
internal static class FlowDetails
{
    public static void Add(FlowStage stage, StagingSmokeResult staging)
    {
        stage.Details["deploymentId"] = staging.DeploymentId;
        stage.Details["configHash"] = staging.ConfigHash;
        stage.Details["status"] = EnumName.GetName(staging.DeploymentStatus);
        stage.Details["challengeOk"] = staging.ChallengeOk;
        stage.Details["proxyOk"] = staging.ProxyOk;
        stage.Details["healthOk"] = staging.HealthOk;
    }

    public static void Add(FlowStage stage, FullFlowPaidRequest paid)
    {
        AddKnown(stage, "settlementId", paid.SettlementId);
        stage.Details["paymentProofRef"] = paid.PaymentProofRef;
        stage.Details["amountMsats"] = paid.AmountMsats;
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

/// <summary>A failed check of the full flow, which ends the run and becomes part of its result.</summary>
internal sealed class FlowCheckException : LightningOpsException
{
    /// <param name="code">For example <c>full_flow_local_artifact_missing</c>.</param>
    /// <param name="reason">The finding, without a secret.</param>
    public FlowCheckException(string code, string reason)
        : base(code, reason, "Check the events and the summary of the run.") => Reason = reason;

    public string Reason { get; }
}

/// <summary>The checks of the full flow, in order.</summary>
internal static class FullFlowChecks
{
    /// <summary>There are active paywalls, and they compile.</summary>
    public const string PaywallCreation = "paywall_creation";

    /// <summary>They are rolled out: the gateway is up, requires payment and serves paid requests.</summary>
    public const string GatewayReconcile = "gateway_reconcile";

    /// <summary>A request is paid and served.</summary>
    public const string PaidRequest = "paid_request_success";

    /// <summary>A request is refused during a global pause.</summary>
    public const string PolicyDeny = "policy_deny";

    /// <summary>The settlement is recorded once and linked to the purchase.</summary>
    public const string SettlementCorrelation = "settlement_correlation";

    /// <summary>Every step is in the observability records, each with all members.</summary>
    public const string Observability = "observability";

    /// <summary>The hosted records have the keys required of both paths.</summary>
    public const string HostedParity = "hosted_parity";

    /// <summary>The artifact of the local node has them too.</summary>
    public const string LocalParity = "local_parity";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        PaywallCreation,
        GatewayReconcile,
        PaidRequest,
        PolicyDeny,
        SettlementCorrelation,
        Observability,
        HostedParity,
        LocalParity,
    ];
}
