using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;
using LightningOps.Security;
using LightningOps.Smoke.Security;

namespace LightningOps.Smoke.FullFlow;

/// <summary>
/// The full flow against an existing control plane and gateway: a reconcile, the settlements and the security drill
/// of the other smokes, and all of them as observability records. The calls are those of the recorded runs, in order.
/// </summary>
internal sealed class HostedFullFlow : IFullFlow
{
    private readonly SmokeRequest request;
    private readonly FullFlowReport report;
    private IReadOnlyList<Paywall>? listed;

    public HostedFullFlow(SmokeRequest request, FullFlowReport report)
    {
        this.request = request;
        this.report = report;
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var progress = report.Progress;
        await progress.StageAsync("paywall.create", report.RequestId, stage => FindPaywallAsync(stage, cancellationToken)).ConfigureAwait(false);
        await progress.StageAsync("gateway.reconcile", report.RequestId + ":reconcile", stage => ReconcileAsync(stage, cancellationToken)).ConfigureAwait(false);
        await progress.StageAsync("request.paid", report.RequestId, stage => SettleAsync(stage, cancellationToken)).ConfigureAwait(false);
        await progress.StageAsync("request.denied", report.RequestId + ":policy-denied", stage => DenyAsync(stage, cancellationToken)).ConfigureAwait(false);
        ObservabilitySmokeResult? observed = null;
        await progress.StageAsync("observability.verify", report.RequestId + ":observability", async stage => observed = await ObserveAsync(stage, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        await progress.StageAsync("parity.verify", report.RequestId, stage =>
        {
            var artifact = request.LocalArtifact ?? LocalNodeArtifact.DefaultPath(request.WorkingDirectory);
            ParityCheck.Make(report, stage, observed!.Records, artifact, !request.AllowsMissingLocalArtifact);
            return Task.CompletedTask;
        }).ConfigureAwait(false);
    }

    private async Task FindPaywallAsync(FlowStage stage, CancellationToken cancellationToken)
    {
        stage.Check(FullFlowChecks.PaywallCreation);
        listed = await request.ControlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false);
        var sold = listed.FirstOrDefault(static paywall => paywall.Status == PaywallStatus.Active && paywall.Routes.Count > 0)
            ?? throw new FlowCheckException("full_flow_paywall_missing", "The control plane holds no active paywall with a route.");
        report.Paywall = new FullFlowPaywall { Ok = true, PaywallId = sold.PaywallId, OwnerId = sold.OwnerId, RouteId = sold.Routes[0].RouteId };
        stage.Details["paywallId"] = sold.PaywallId;
        stage.Details["ownerId"] = sold.OwnerId;
        stage.Details["routeId"] = sold.Routes[0].RouteId;
    }

    private async Task ReconcileAsync(FlowStage stage, CancellationToken cancellationToken)
    {
        stage.Check(FullFlowChecks.GatewayReconcile);

        // The list is passed on, because the recorded runs list only once (Vectors/wire.json).
        var staging = (StagingSmokeResult)await new StagingSmoke().RunAsync(request with { RequestId = stage.RequestId, Listed = listed }, cancellationToken).ConfigureAwait(false);
        report.Reconcile = FullFlowReconcile.From(staging);
        FlowDetails.Add(stage, staging);
        if (!staging.Ok)
        {
            throw new FlowCheckException(staging.FailureCode ?? "full_flow_gateway_probe_failed", staging.FailureReason ?? "a check was skipped.");
        }
    }

    private async Task SettleAsync(FlowStage stage, CancellationToken cancellationToken)
    {
        stage.Check(FullFlowChecks.PaidRequest);
        var result = (SettlementSmokeResult)await new SettlementSmoke().RunAsync(WithRunMark("1"), cancellationToken).ConfigureAwait(false);
        if (result.Settlements.Count == 0 || result.CorrelationRefs.Count == 0)
        {
            throw new FlowCheckException("full_flow_settlement_missing", "No settlement was recorded.");
        }

        var (sold, tie) = (result.Settlements[0], result.CorrelationRefs[0]);
        stage.RequestId = tie.RequestId ?? report.RequestId;
        report.PaidRequest = new FullFlowPaidRequest
        {
            Status = "paid",
            RequestId = tie.RequestId,
            TaskId = tie.TaskId,
            RouteId = tie.RouteId,
            SettlementId = sold.SettlementId,
            AmountMsats = sold.AmountMsats,
            PaymentProofRef = sold.PaymentProofRef,
        };
        FlowDetails.Add(stage, report.PaidRequest);
        stage.Check(FullFlowChecks.SettlementCorrelation);
        report.Settlements = new FullFlowSettlements { Processed = result.Processed, SettlementIds = result.SettlementIds, PaymentProofRefs = result.PaymentProofRefs };
        if (!result.Ok)
        {
            throw new FlowCheckException("full_flow_settlement_failed", result.FailureReason ?? "a check did not pass.");
        }
    }

    private async Task DenyAsync(FlowStage stage, CancellationToken cancellationToken)
    {
        stage.Check(FullFlowChecks.PolicyDeny);
        var result = (SecuritySmokeResult)await new SecuritySmoke().RunAsync(request, cancellationToken).ConfigureAwait(false);
        if (!result.Ok)
        {
            throw new FlowCheckException(result.GlobalPause.IsDeniedWith(SecurityRules.GlobalPauseCode) ? "full_flow_security_failed" : "full_flow_policy_denied_missing", result.FailureReason!);
        }

        report.DeniedRequest = new FullFlowDeniedRequest
        {
            Status = "denied",
            RequestId = stage.RequestId,
            DenyReasonCode = result.GlobalPause.DenyReasonCode!,
            DenyReason = "global pause policy is active",
            Source = GateResultSource.GlobalPause,
        };
        FlowDetails.Add(stage, report.DeniedRequest);
    }

    private async Task<ObservabilitySmokeResult> ObserveAsync(FlowStage stage, CancellationToken cancellationToken)
    {
        stage.Check(FullFlowChecks.Observability);
        var result = await ObservabilitySmoke.ObserveAsync(WithRunMark("2") with { RequestId = stage.RequestId }, cancellationToken).ConfigureAwait(false);
        report.Observability = FullFlowObservability.From(result);
        FlowDetails.Add(stage, report.Observability);
        return result.Ok ? result : throw new FlowCheckException("full_flow_observability_failed", result.FailureReason!);
    }

    /// <summary>The settlements run twice in one store and need different ids.</summary>
    private SmokeRequest WithRunMark(string place) => request.RunMark is null ? request : request with { RunMark = request.RunMark + place };
}
