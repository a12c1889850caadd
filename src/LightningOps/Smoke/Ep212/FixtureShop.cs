using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.L402;
using LightningOps.L402.Payments.Mock;

namespace LightningOps.Smoke.Ep212;

/// <summary>
/// The shop of mock mode: it sells for invoices of the mock wallet, and takes no other credential than theirs. Its
/// contents, and so their lengths and hashes, are those of the recorded smokes (vectors/smoke/ep212-*).
/// </summary>
internal sealed class FixtureShop
{
    /// <summary>What the ep212 routes sell.</summary>
    public static readonly IReadOnlyList<FixtureRoute> Routes =
    [
        new("/ep212/premium-signal", "GET", "lnmock_ep212_route_a", "mac_ep212_a", 70_000, """{"ok":true,"source":"mock.ep212","route":"/ep212/premium-signal","signal":{"symbol":"BTC","confidence":0.8123,"horizon":"4h"}}"""),
        new("/ep212/expensive-signal", "GET", "lnmock_ep212_route_b", "mac_ep212_b", 250_000, null),
    ];

    /// <summary>What the full flow's sellers sell.</summary>
    public static readonly IReadOnlyList<FixtureRoute> FullFlowRoutes =
    [
        new("/sats4ai/text-generation", "POST", "lnmock_ep212_sats4ai", "mac_ep212_sats4ai", 70_000, """{"ok":true,"source":"sats4ai.mock","output":"The little bird soared higher and found a hidden valley of musical flowers."}"""),
        new("/openagents/premium-signal", "GET", "lnmock_ep212_oa_under", "mac_ep212_oa_under", 70_000, """{"ok":true,"source":"openagents.mock","route":"/openagents/premium-signal","signal":{"symbol":"BTC","confidence":0.8123,"direction":"up","horizon":"4h"}}"""),
        new("/openagents/expensive-signal", "GET", "lnmock_ep212_oa_over", "mac_ep212_oa_over", 250_000, null),
    ];

    private readonly IReadOnlyList<FixtureRoute> routes;
    private readonly string preimagePrefix;
    private readonly Dictionary<string, string> asked = new(StringComparer.Ordinal);

    /// <param name="routes">What it sells.</param>
    /// <param name="preimagePrefix">What the preimages of its invoices are derived from, beside the invoice.</param>
    public FixtureShop(IReadOnlyList<FixtureRoute> routes, string preimagePrefix)
    {
        this.routes = routes;
        this.preimagePrefix = preimagePrefix;
    }

    /// <summary>Paths of its routes, in order.</summary>
    public IReadOnlyList<string> Paths => routes.Select(route => route.Path).ToArray();

    /// <summary>The wallet its invoices are for.</summary>
    public MockPayer OpenWallet() =>
        new(new MockPayerOptions { Preimages = payment => routes.Any(route => route.Invoice == payment.Invoice) ? PreimageOf(payment.Invoice) : null });

    /// <summary>Answers a request.</summary>
    public FixtureAnswer Answer(string method, string path, string? authorization, string body)
    {
        var route = routes.FirstOrDefault(candidate => candidate.Path == path);
        return route is null ? Refusal(404, "not_found")
            : method != route.Method ? Refusal(405, "method_not_allowed")
            : string.IsNullOrWhiteSpace(authorization) || route.Content is null ? Ask(route, body)
            : authorization!.Trim() != L402Authorization.Create(route.Token, PreimageOf(route.Invoice)).ToHeaderValue() ? Refusal(401, "credential_rejected")
            : !IsAsAsked(route, body) ? Refusal(400, "request_body_mismatch")
            : new FixtureAnswer(200, route.Content);
    }

    private static FixtureAnswer Refusal(int status, string error) => new(status, "{\"ok\":false,\"error\":\"" + error + "\"}");

    private FixtureAnswer Ask(FixtureRoute route, string body)
    {
        lock (asked)
        {
            asked[route.Path] = body;
        }

        return Refusal(402, "payment_required") with
        {
            Challenge = FormattableString.Invariant($"L402 invoice=\"{route.Invoice}\", macaroon=\"{route.Token}\", amount_msats={route.PriceMsats}"),
        };
    }

    private bool IsAsAsked(FixtureRoute route, string body)
    {
        lock (asked)
        {
            return !asked.TryGetValue(route.Path, out var before) || before == body;
        }
    }

    private Preimage PreimageOf(string invoice) => MockPayerOptions.Deterministic(preimagePrefix, invoice);
}
