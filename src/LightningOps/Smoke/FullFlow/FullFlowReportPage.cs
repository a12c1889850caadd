using System.Collections.Generic;
using System.Linq;
using LightningOps.Artifacts.Reports;
using LightningOps.Reconcile;

namespace LightningOps.Smoke.FullFlow;

/// <summary>A full flow as a report.</summary>
internal static class FullFlowReportPage
{
    private static readonly Dictionary<string, (string Name, string Remedy)> Checks = new()
    {
        [FullFlowChecks.PaywallCreation] = ("There are active paywalls, and they compile", "Import an active paywall with a route: Import-LightningPaywall."),
        [FullFlowChecks.GatewayReconcile] = ("They are rolled out to a gateway that sells", "Run the roll-out on its own and check its stages: Invoke-L402Smoke Staging."),
        [FullFlowChecks.PaidRequest] = ("A request is paid and served", "Check the wallet, the gateway and the upstream, in this order."),
        [FullFlowChecks.PolicyDeny] = ("A request is refused during a global pause", "Check pause and kill switches: Invoke-L402Smoke Security, Get-L402SecurityState."),
        [FullFlowChecks.SettlementCorrelation] = ("The settlement is recorded once and linked to the purchase", "Compare the records of the control plane: Get-L402Settlement."),
        [FullFlowChecks.Observability] = ("Every step is recorded, with all members", "Run this smoke on its own: Invoke-L402Smoke Observability."),
        [FullFlowChecks.HostedParity] = ("The hosted records have the keys of both paths", "The files of the module are of different versions. Reinstall it."),
        [FullFlowChecks.LocalParity] = ("The artifact of the local node has them too", "Specify the artifact of the local node with -LocalArtifact, or skip the check with -AllowMissingLocalArtifact."),
    };

    public static RunReport Create(FullFlowSmokeResult smoke) => new()
    {
        Title = "Full flow",
        Ok = smoke.Ok,
        Outcome = smoke.Ok
            ? "A paywall was rolled out, sold, refused while paused, settled and recorded."
            : "The flow ended at \u201c" + GetName(smoke.Failure?.Check) + "\u201d.",
        RequestId = smoke.RequestId,
        Facts =
        [
            new ReportFact("Mode", EnumName.GetName(smoke.Mode)),
            new ReportFact("Execution path", smoke.ExecutionPath),
            new ReportFact("Paywall", smoke.PaywallCreation?.PaywallId),
            new ReportFact("Owner", smoke.PaywallCreation?.OwnerId),
            new ReportFact("Deployment", smoke.GatewayReconcile?.DeploymentId),
            new ReportFact("Configuration hash", smoke.GatewayReconcile?.ConfigHash),
            new ReportFact("Settlements", smoke.SettlementCorrelation is { } settled ? ReportText.Value(string.Empty, settled.SettlementIds.Distinct()) : null),
            new ReportFact("Observability records", smoke.Observability is { } observed ? ReportText.Value(string.Empty, observed.RecordCount) : null),
            new ReportFact("Artifact of the local node", smoke.Parity is { } parity ? parity.LocalArtifactPath + (parity.LocalArtifactPresent ? string.Empty : " (does not exist)") : null),
        ],
        Timeline = smoke.Events,
        Checks = FullFlowChecks.All.Select(check => CreateCheck(smoke, check)).ToArray(),
        Money = smoke.PaidRequest is { } paid
            ? [new ReportAmount("Paid", paid.AmountMsats, paid.RouteId) { Reference = paid.PaymentProofRef, IsPaid = true }]
            : [],
        Routes = GetRoutes(smoke),
        Failures = smoke.Failure is { } failure
            ? [new ReportFailure(failure.Code, failure.Reason) { Where = failure.Check, Remedy = Checks.TryGetValue(failure.Check, out var check) ? check.Remedy : null }]
            : [],
        Summary = smoke,
    };

    private static string GetName(string? check) => check is null ? "none" : Checks.TryGetValue(check, out var known) ? known.Name : check;

    private static ReportCheck CreateCheck(FullFlowSmokeResult smoke, string check)
    {
        var name = GetName(check);
        return smoke.Coverage.FailedChecks.Contains(check) ? ReportCheck.Create(name, false, smoke.Failure?.Reason)
            : smoke.Coverage.ChecksNotMade?.Contains(check) == true ? ReportCheck.CreateSkipped(name, "a check before it failed")
            : check == FullFlowChecks.LocalParity && smoke.Parity is { LocalArtifactPresent: false } ? ReportCheck.CreateSkipped(name, "the artifact does not exist, which is allowed")
            : ReportCheck.Create(name, true, FoundBy(smoke, check));
    }

    private static string? FoundBy(FullFlowSmokeResult smoke, string check) => check switch
    {
        FullFlowChecks.PaywallCreation => smoke.PaywallCreation?.PaywallId,
        FullFlowChecks.GatewayReconcile => smoke.GatewayReconcile?.DeploymentId,
        FullFlowChecks.PaidRequest => smoke.PaidRequest is { } paid ? ReportText.Sats(paid.AmountMsats) : null,
        FullFlowChecks.PolicyDeny => smoke.PolicyDeniedRequest?.DenyReasonCode,
        FullFlowChecks.SettlementCorrelation => smoke.SettlementCorrelation is { } settled ? ReportText.Count(settled.Processed, "event", "events") : null,
        FullFlowChecks.Observability => smoke.Observability is { } observed ? ReportText.Count(observed.RecordCount, "record", "records") : null,
        _ => null,
    };

    private static ReportRoute[] GetRoutes(FullFlowSmokeResult smoke) => smoke.PaywallCreation is not { } paywall
        ? []
        :
        [
            new ReportRoute(paywall.RouteId)
            {
                Id = paywall.PaywallId,
                Price = smoke.PaidRequest?.AmountMsats,
                State = smoke.PaidRequest is null ? "not bought" : smoke.PolicyDeniedRequest is null ? "sold" : "sold, refused while paused",
            },
        ];
}
