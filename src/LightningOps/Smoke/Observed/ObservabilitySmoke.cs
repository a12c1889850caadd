using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Observability;
using LightningOps.Smoke.FullFlow;
using LightningOps.Smoke.Local;
using LightningOps.Smoke.Security;
using LightningOps.Smoke.Settlements;

namespace LightningOps.Smoke.Observed;

/// <summary>Runs the Staging, Settlement and Security smokes and puts down what they did as observability records, all nineteen members each.</summary>
internal sealed class ObservabilitySmoke : ISmoke
{
    private const string DefaultRequestId = "smoke:observability";

    /// <summary>Where a settlement is shown to its owner.</summary>
    private const string TransactionsPage = "openagents.com/home#l402-transactions";

    public SmokeName Name => SmokeName.Observability;

    public ControlPlaneMode? DefaultMode => ControlPlaneMode.Mock;

    public bool NeedsGateway => true;

    public bool UsesScratchStore => true;

    public async Task<ISmokeResult> RunAsync(SmokeRequest request, CancellationToken cancellationToken) =>
        request.Mode == SmokeMode.Local
            ? await ObserveLocalAsync(request, cancellationToken).ConfigureAwait(false)
            : await ObserveAsync(request, cancellationToken).ConfigureAwait(false);

    /// <summary>The same, as what it is.</summary>
    public static async Task<ObservabilitySmokeResult> ObserveAsync(SmokeRequest request, CancellationToken cancellationToken)
    {
        var requestId = request.RequestId ?? DefaultRequestId;
        var own = request with { RequestId = requestId };
        var records = new List<ObservabilityRecord>();
        var staging = (StagingSmokeResult)await new StagingSmoke().RunAsync(own, cancellationToken).ConfigureAwait(false);
        records.Add(OperationRecords.Reconcile(requestId, staging.FailureCode, NowMs(own)));
        records.Add(OperationRecords.GatewayHealth(requestId, staging is { HealthOk: true, ChallengeOk: true, ProxyOk: true } ? null : "gateway_probe_failed", NowMs(own)));
        var settlement = (SettlementSmokeResult)await new SettlementSmoke().RunAsync(own, cancellationToken).ConfigureAwait(false);
        records.AddRange(Sale(settlement, own));
        var security = (SecuritySmokeResult)await new SecuritySmoke().RunAsync(own, cancellationToken).ConfigureAwait(false);
        var denied = security.GlobalPause.Allowed ? security.OwnerKillSwitch.DenyReasonCode : security.GlobalPause.DenyReasonCode;
        records.Add(OperationRecords.Gate(requestId + ":security", SecurityDrill.OwnerId, denied, NowMs(own)));
        return ObservabilitySmokeResult.Of(requestId, records, FirstFailure(staging, settlement, security));
    }

    /// <summary>In Local mode the records are those of a full flow: roll-outs, a purchase, a refusal, a settlement.</summary>
    private static async Task<ObservabilitySmokeResult> ObserveLocalAsync(SmokeRequest request, CancellationToken cancellationToken)
    {
        var own = request with { RequestId = request.RequestId ?? DefaultRequestId, ArtifactDirectory = request.ScratchDirectory };
        using var site = LocalSite.Of(own);
        var report = new FullFlowReport(own);
        var flow = new LocalFullFlow(own, report, site);
        var ended = await FullFlowSmoke.RunAsync(flow, report, cancellationToken).ConfigureAwait(false);
        return ObservabilitySmokeResult.Of(report.RequestId, flow.Records, ended.FailureReason);
    }

    /// <summary>The first sale, once as it was settled and once as its owner is shown it.</summary>
    private static IEnumerable<ObservabilityRecord> Sale(SettlementSmokeResult result, SmokeRequest request)
    {
        if (result.Settlements.Count == 0)
        {
            yield break;
        }

        var sold = result.Settlements[0];
        var settled = OperationRecords.Settlement(sold.PaywallId, NowMs(request)) with
        {
            RequestId = sold.RequestId ?? request.RequestId,
            UserId = sold.OwnerId,
            TaskId = result.CorrelationRefs.FirstOrDefault(tie => tie.SettlementId == sold.SettlementId)?.TaskId,
            QuotedCostMsats = sold.AmountMsats.Value,
            CapAppliedMsats = sold.AmountMsats.Value,
            PaidAmountMsats = sold.AmountMsats.Value,
            PaymentProofRef = sold.PaymentProofRef,
            CacheHit = sold.Existed,
        };
        yield return settled;
        yield return settled with
        {
            Endpoint = TransactionsPage,
            Executor = ObservabilityExecutor.System,
            Plane = ObservabilityPlane.Ui,
            ObservedAtMs = NowMs(request),
        };
    }

    private static string? FirstFailure(params ISmokeResult[] results) =>
        results.FirstOrDefault(static result => !result.Ok) is { } failed ? failed.FailureReason ?? "a check did not pass." : null;

    private static long NowMs(SmokeRequest request) => request.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
