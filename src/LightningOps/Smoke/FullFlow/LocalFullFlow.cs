using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Observability;
using LightningOps.Paywalls;
using LightningOps.Security;

namespace LightningOps.Smoke.FullFlow;

/// <summary>
/// The full flow on this machine without recordings: paywalls in a store, rolled out to a loopback gateway, bought by
/// a client with a wallet, closed and reopened, settled in the store and found there by payment hash. Only the
/// Lightning node is simulated.
/// </summary>
internal sealed class LocalFullFlow : IFullFlow
{
    private readonly SmokeRequest request;
    private readonly FullFlowReport report;
    private readonly LocalSite site;
    private readonly LocalPurchases buyer;
    private readonly LocalRecords records;
    private readonly GuardedSink session;
    private readonly IReadOnlyList<Paywall> paywalls;
    private LocalSale? sale;

    public LocalFullFlow(SmokeRequest request, FullFlowReport report, LocalSite site)
    {
        this.report = report;
        this.site = site;
        buyer = new LocalPurchases(site, request.Time);
        records = new LocalRecords(request.Time, site.Bought);
        session = new GuardedSink(request.Observability);
        paywalls = LocalPaywalls.Create(site.Upstream.Url);
        this.request = request with { Gateway = site.Rollouts, Observability = records.Seller };
    }

    /// <summary>Observability records of the seller and the buyer.</summary>
    public IReadOnlyList<ObservabilityRecord> Records => records.All;

    private Paywall Sold => paywalls[0];

    private Msats Price => Sold.Policy.FixedAmountMsats;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunStagesAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            session.Write(records.All);
        }
    }

    private async Task RunStagesAsync(CancellationToken cancellationToken)
    {
        var progress = report.Progress;
        await progress.StageAsync("paywall.create", report.RequestId, stage => CreateAsync(stage, cancellationToken)).ConfigureAwait(false);
        await progress.StageAsync("gateway.reconcile", report.RequestId + ":reconcile", stage => ReconcileAsync(stage, cancellationToken)).ConfigureAwait(false);
        await progress.StageAsync("request.paid", report.RequestId + ":paid", stage => BuyAsync(stage, cancellationToken)).ConfigureAwait(false);
        await progress.StageAsync("request.denied", report.RequestId + ":policy-denied", stage => DenyAsync(stage, cancellationToken)).ConfigureAwait(false);
        await progress.StageAsync("settlement.correlate", report.RequestId + ":paid", stage => SettleAsync(stage, cancellationToken)).ConfigureAwait(false);
        await progress.StageAsync("observability.verify", report.RequestId + ":observability", Observe).ConfigureAwait(false);
        await progress.StageAsync("parity.verify", report.RequestId, Compare).ConfigureAwait(false);
    }

    private async Task CreateAsync(FlowStage stage, CancellationToken cancellationToken)
    {
        stage.Check(FullFlowChecks.PaywallCreation);
        stage.Details["paywallId"] = Sold.PaywallId;
        stage.Details["ownerId"] = Sold.OwnerId;
        stage.Details["routeId"] = Sold.Routes[0].RouteId;
        await ((IPaywallStore)request.ControlPlane).ImportPaywallsAsync(paywalls, PaywallImportMode.Replace, cancellationToken).ConfigureAwait(false);
        var listed = await request.ControlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false);
        if (!listed.Select(static paywall => paywall.PaywallId).SequenceEqual(paywalls.Select(static paywall => paywall.PaywallId)))
        {
            throw new FlowCheckException("full_flow_paywall_missing", "The store does not contain the imported paywalls.");
        }

        report.Paywall = new FullFlowPaywall { Ok = true, PaywallId = Sold.PaywallId, OwnerId = Sold.OwnerId, RouteId = Sold.Routes[0].RouteId };
    }

    private async Task ReconcileAsync(FlowStage stage, CancellationToken cancellationToken)
    {
        stage.Check(FullFlowChecks.GatewayReconcile);
        var staging = await RollOutAsync(stage.RequestId, cancellationToken).ConfigureAwait(false);
        report.Reconcile = FullFlowReconcile.From(staging);
        FlowDetails.Add(stage, staging);
        if (!staging.Ok)
        {
            throw new FlowCheckException(staging.FailureCode ?? "full_flow_gateway_probe_failed", staging.FailureReason ?? "a check was skipped.");
        }
    }

    private async Task BuyAsync(FlowStage stage, CancellationToken cancellationToken)
    {
        stage.Check(FullFlowChecks.PaidRequest);
        sale = await buyer.BuyAsync(stage.RequestId, report.RequestId + ":task", Price, cancellationToken).ConfigureAwait(false);
        records.AddPurchase(sale);
        report.PaidRequest = new FullFlowPaidRequest
        {
            Status = "paid",
            RequestId = sale.RequestId,
            TaskId = sale.TaskId,
            RouteId = Sold.Routes[0].RouteId,
            AmountMsats = sale.Amount,
            PaymentProofRef = sale.ProofReference,
        };
        FlowDetails.Add(stage, report.PaidRequest);
        stage.Details["paymentHash"] = sale.PaymentHash.Hex;
    }

    /// <summary>A paused paywall refuses. Under a global pause a paid request is refused too, and afterwards served again.</summary>
    private async Task DenyAsync(FlowStage stage, CancellationToken cancellationToken)
    {
        stage.Check(FullFlowChecks.PolicyDeny);
        stage.Details["pausedPaywallStatus"] = await buyer.ExpectRefusalAsync(LocalPaywalls.PausedPath, stage.RequestId + ":paused", cancellationToken).ConfigureAwait(false);
        await PauseAsync(true, stage.RequestId, cancellationToken).ConfigureAwait(false);
        stage.Details["globalPauseStatus"] = await buyer.ExpectRefusalAsync(LocalPaywalls.SoldPath, stage.RequestId, cancellationToken).ConfigureAwait(false);
        var gate = OwnerGate.Evaluate(await request.ControlPlane.GetSecurityStateAsync(cancellationToken).ConfigureAwait(false), Sold.OwnerId);
        if (gate is not { Allowed: false, DenyReasonCode: SecurityRules.GlobalPauseCode })
        {
            throw new FlowCheckException("full_flow_policy_denied_missing", "The gate of the owner is open during a global pause.");
        }

        records.AddDenial(stage.RequestId, gate.DenyReasonCode!);
        await PauseAsync(false, stage.RequestId + ":recovery", cancellationToken).ConfigureAwait(false);
        await buyer.ReuseCredentialAsync(stage.RequestId + ":recovery", cancellationToken).ConfigureAwait(false);
        report.DeniedRequest = new FullFlowDeniedRequest
        {
            Status = "denied",
            RequestId = stage.RequestId,
            DenyReasonCode = gate.DenyReasonCode!,
            DenyReason = "global pause policy is active",
            Source = GateResultSource.GlobalPause,
        };
        FlowDetails.Add(stage, report.DeniedRequest);
    }

    private async Task SettleAsync(FlowStage stage, CancellationToken cancellationToken)
    {
        stage.Check(FullFlowChecks.SettlementCorrelation);
        stage.Details["paymentHash"] = sale!.PaymentHash.Hex;
        var books = new LocalLedger(site, request.ControlPlane, paywalls);
        var outcomes = await books.IngestAsync(sale, cancellationToken).ConfigureAwait(false);
        var recorded = await books.FindAsync(sale, outcomes, cancellationToken).ConfigureAwait(false);
        records.AddSettlement(sale, recorded);
        var reported = outcomes.Where(static outcome => outcome.Settlement is not null).ToArray();
        report.Settlements = new FullFlowSettlements
        {
            Processed = outcomes.Count,
            SettlementIds = reported.Select(static outcome => outcome.Settlement!.SettlementId).ToArray(),
            PaymentProofRefs = reported.Select(static outcome => outcome.Settlement!.PaymentProofRef).ToArray(),
        };
        report.PaidRequest = report.PaidRequest! with { SettlementId = recorded.Settlement.SettlementId, RouteId = recorded.RouteId, PaymentProofRef = recorded.Settlement.PaymentProofRef };
        FlowDetails.Add(stage, report.PaidRequest);
    }

    private Task Observe(FlowStage stage)
    {
        stage.Check(FullFlowChecks.Observability);
        var observed = ObservabilitySmokeResult.From(report.RequestId, records.All, records.FirstFault(report.RequestId + ":reconcile", sale!));
        report.Observability = FullFlowObservability.From(observed);
        FlowDetails.Add(stage, report.Observability);
        return observed.Ok ? Task.CompletedTask : throw new FlowCheckException("full_flow_observability_failed", observed.FailureReason!);
    }

    private Task Compare(FlowStage stage)
    {
        var own = WriteLocalArtifact(stage);
        ParityCheck.Make(report, stage, records.Seller.Records, request.LocalArtifact ?? own, !request.AllowsMissingLocalArtifact);
        return Task.CompletedTask;
    }

    private string WriteLocalArtifact(FlowStage stage)
    {
        stage.Check(FullFlowChecks.HostedParity);
        try
        {
            return LocalNodeRecord.Write(report.Directory, sale!, records.Paid, request.Time.GetUtcNow().ToUnixTimeMilliseconds());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FlowCheckException("full_flow_local_artifact_unwritable", failure.Message);
        }
    }

    private async Task PauseAsync(bool isOn, string requestId, CancellationToken cancellationToken)
    {
        var change = new GlobalPauseChange { Active = isOn, Reason = isOn ? "full flow" : null, UpdatedBy = "smoke:full-flow" };
        await request.ControlPlane.SetGlobalPauseAsync(change, cancellationToken).ConfigureAwait(false);
        var rolledOut = await RollOutAsync(requestId, cancellationToken).ConfigureAwait(false);
        if (rolledOut.Reconcile is not { Ok: true })
        {
            throw new FlowCheckException(rolledOut.FailureCode ?? "full_flow_gateway_probe_failed", rolledOut.FailureReason ?? "The gateway did not apply the pause.");
        }
    }

    private async Task<StagingSmokeResult> RollOutAsync(string requestId, CancellationToken cancellationToken) =>
        (StagingSmokeResult)await new StagingSmoke().RunAsync(request with { RequestId = requestId, Format = ArtifactFormat.Aperture }, cancellationToken).ConfigureAwait(false);
}
