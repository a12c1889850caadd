using System.Collections.Generic;
using System.Linq;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.Reconcile;
using LightningOps.Smoke.FullFlow;

namespace LightningOps.Smoke.Ep212;

/// <summary>The ep212 smokes as reports.</summary>
internal static class Ep212Report
{
    private static readonly (string Check, string Name)[] RouteChecks =
    [
        ("route_a_challenge", "Route A requires payment"),
        ("route_a_paid", "Route A is paid and served"),
        ("route_b_challenge", "Route B requires payment"),
        ("route_b_blocked", "Route B costs more than the cap and is refused before payment"),
    ];

    private static readonly (string Check, string Name)[] FlowChecks =
    [
        ("sats4ai_challenge", "The other seller requires payment"),
        ("sats4ai_paid", "The other seller is paid and served"),
        ("sats4ai_cached", "A second request is served without another payment"),
        ("openagents_challenge", "Our own route requires payment"),
        ("openagents_paid", "Our own route is paid and served"),
        ("over_cap_challenge", "The expensive route requires payment"),
        ("over_cap_blocked", "The expensive route costs more than the cap and is refused before payment"),
    ];

    public static RunReport Create(Ep212RoutesSmokeResult smoke) => new()
    {
        Title = "Ep212 routes",
        Ok = smoke.Ok,
        Outcome = GetOutcome(smoke.Ok, "A route within the cap was paid, and a route above it was refused before payment.", RouteChecks, smoke.Failure),
        RequestId = smoke.RequestId,
        Facts = GetFacts(smoke.Mode, smoke.WalletBackend),
        Timeline = smoke.Events,
        Checks = GetChecks(RouteChecks, smoke.Ok, smoke.Failure),
        Routes =
        [
            .. smoke.RouteA is { } a ? [new ReportRoute(a.Url) { Price = a.QuotedAmountMsats, State = "paid and served" }] : System.Array.Empty<ReportRoute>(),
            .. smoke.RouteB is { } b ? [new ReportRoute(b.Url) { Price = b.QuotedAmountMsats, State = "refused: " + b.DenyReasonCode }] : System.Array.Empty<ReportRoute>(),
        ],
        Money =
        [
            .. smoke.RouteA is { } paid ? [Paid(paid.PaidAmountMsats, paid.Url, paid.ProofReference)] : System.Array.Empty<ReportAmount>(),
            .. Undelivered(smoke.Events),
            .. smoke.RouteB is { } blocked ? Refused(blocked.QuotedAmountMsats, blocked.MaxSpendMsats, blocked.Url) : [],
        ],
        Failures = GetFailures(smoke.Failure),
        Summary = smoke,
    };

    public static RunReport Create(Ep212FullFlowSmokeResult smoke) => new()
    {
        Title = "Ep212 full flow",
        Ok = smoke.Ok,
        Outcome = GetOutcome(smoke.Ok, "Two sellers were paid, a credential was reused, and a route above the cap was refused before payment.", FlowChecks, smoke.Failure),
        RequestId = smoke.RequestId,
        Facts = GetFacts(smoke.Mode, smoke.WalletBackend),
        Timeline = smoke.Events,
        Checks = GetChecks(FlowChecks, smoke.Ok, smoke.Failure),
        Routes =
        [
            .. smoke.Sats4Ai is { } other ? [new ReportRoute(other.EndpointUrl) { Price = other.FirstAmountMsats, State = other.CacheHit == true ? "paid once, served twice" : "paid and served" }] : System.Array.Empty<ReportRoute>(),
            .. smoke.OpenAgentsRoute is { } own ? [new ReportRoute(own.EndpointUrl) { Price = own.PaidAmountMsats, State = "paid and served" }] : System.Array.Empty<ReportRoute>(),
            .. smoke.OverCap is { } dear ? [new ReportRoute(dear.EndpointUrl) { Price = dear.QuotedAmountMsats, State = "refused: " + dear.DenyReasonCode }] : System.Array.Empty<ReportRoute>(),
        ],
        Money =
        [
            .. smoke.Sats4Ai is { } first ? [Paid(first.FirstAmountMsats, first.EndpointUrl, first.FirstProofReference)] : System.Array.Empty<ReportAmount>(),
            .. smoke.OpenAgentsRoute is { } paid ? [Paid(paid.PaidAmountMsats, paid.EndpointUrl, paid.ProofReference)] : System.Array.Empty<ReportAmount>(),
            .. Undelivered(smoke.Events),
            .. smoke.OverCap is { } blocked ? Refused(blocked.QuotedAmountMsats, blocked.MaxSpendMsats, blocked.EndpointUrl) : [],
        ],
        Failures = GetFailures(smoke.Failure),
        Summary = smoke,
    };

    private static string GetOutcome(bool ok, string proven, (string Check, string Name)[] checks, FlowFailure? failure) =>
        ok ? proven : "The run ended at \u201c" + (checks.FirstOrDefault(check => check.Check == failure?.Check).Name ?? failure?.Check ?? "nothing") + "\u201d.";

    private static ReportFact[] GetFacts(SmokeMode mode, string wallet) => [new("Mode", EnumName.GetName(mode)), new("Wallet", wallet)];

    /// <summary>The checks are made in order, and the first failed one is the last.</summary>
    private static List<ReportCheck> GetChecks((string Check, string Name)[] checks, bool ok, FlowFailure? failure)
    {
        var made = new List<ReportCheck>();
        var hasEnded = !ok && !checks.Any(check => check.Check == failure?.Check);
        foreach (var (check, name) in checks)
        {
            var isFailure = check == failure?.Check;
            made.Add(hasEnded ? ReportCheck.CreateSkipped(name, "the run ended before this check") : ReportCheck.Create(name, !isFailure, isFailure ? failure!.Reason : null));
            hasEnded |= isFailure;
        }

        return made;
    }

    private static ReportAmount Paid(Msats amount, string url, string proof) => new("Paid", amount, url) { Reference = proof, IsPaid = true };

    // Payments of a stage that failed afterwards.
    private static IEnumerable<ReportAmount> Undelivered(IReadOnlyList<RunEvent> events) =>
        from failed in events
        let details = failed.Details
        where details is not null && details.ContainsKey(Ep212Details.ProofReference) && details.ContainsKey(Ep212Details.AmountMsats)
        select new ReportAmount("Paid, not served", (long)details[Ep212Details.AmountMsats], failed.Stage) { Reference = (string)details[Ep212Details.ProofReference], IsPaid = true };

    private static ReportAmount[] Refused(Msats? quoted, Msats cap, string url) =>
        quoted is { } asked ? [new ReportAmount("Asked, not paid", asked, url), new ReportAmount("Cap", cap, url)] : [new ReportAmount("Cap", cap, url)];

    private static ReportFailure[] GetFailures(FlowFailure? failure) => failure is null
        ? []
        : [new ReportFailure(failure.Code, failure.Reason) { Where = failure.Check, Remedy = "Check the address with Get-L402Challenge, then the wallet and the spending limit." }];
}
