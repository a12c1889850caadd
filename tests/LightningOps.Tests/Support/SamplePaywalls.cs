using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Paywalls;

namespace LightningOps.Tests.Support;

/// <summary>Paywalls for tests, each in one line.</summary>
internal static class SamplePaywalls
{
    public static Paywall Paywall(string id, params PaywallRoute[] routes) => Priced(id, 2000, routes);

    public static Paywall Priced(string id, long msats, params PaywallRoute[] routes) => new()
    {
        PaywallId = id,
        OwnerId = "owner_" + id,
        Name = id,
        Policy = new PaywallPolicy { PaywallId = id, OwnerId = "owner_" + id, PricingMode = "fixed", FixedAmountMsats = msats },
        Routes = routes.Select(route => route with { PaywallId = id, OwnerId = "owner_" + id }).ToArray(),
    };

    public static Paywall WithPolicy(this Paywall paywall, Func<PaywallPolicy, PaywallPolicy> change) =>
        paywall with { Policy = change(paywall.Policy) };

    public static PaywallRoute Route(
        string id,
        string host,
        string path,
        long priority = 10,
        string upstream = "https://upstream.example.com",
        RouteProtocol? protocol = RouteProtocol.Https) => new()
    {
        RouteId = id,
        PaywallId = string.Empty,
        OwnerId = string.Empty,
        HostPattern = host,
        PathPattern = path,
        UpstreamUrl = upstream,
        Protocol = protocol,
        TimeoutMs = 6000,
        Priority = priority,
    };

    /// <summary>One paywall a path, all on one host and at one priority.</summary>
    public static IReadOnlyList<Paywall> OnOneHost(params string[] paths) =>
        paths.Select((path, i) => Paywall("p" + i, Route("r" + i, "shop.example.com", path))).ToArray();
}
