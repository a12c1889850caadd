using System;
using System.Collections.Generic;
using LightningOps.Paywalls;

namespace LightningOps.Smoke.FullFlow;

/// <summary>The paywalls of a local run: an active one and a paused one, in front of the same upstream.</summary>
internal static class LocalPaywalls
{
    /// <summary>Host header of the requests; the name is never resolved.</summary>
    public const string Host = "shop.lightningops.test";

    public const string OwnerId = "owner_local_smoke";
    public const string SoldPath = "/premium/report";
    public const string PausedPath = "/premium/archive";

    private const long PriceMsats = 21_000;

    public static IReadOnlyList<Paywall> Create(Uri upstream) =>
    [
        Make("report", PaywallStatus.Active, SoldPath, upstream),
        Make("archive", PaywallStatus.Paused, PausedPath, upstream),
    ];

    private static Paywall Make(string name, PaywallStatus status, string path, Uri upstream) => new()
    {
        PaywallId = "pw_local_" + name,
        OwnerId = OwnerId,
        Name = "Local smoke, " + name,
        Status = status,
        Policy = new PaywallPolicy
        {
            PaywallId = "pw_local_" + name,
            OwnerId = OwnerId,
            PricingMode = "fixed",
            FixedAmountMsats = PriceMsats,
            AllowedHosts = [Host],
        },
        Routes =
        [
            new PaywallRoute
            {
                RouteId = "route_local_" + name,
                PaywallId = "pw_local_" + name,
                OwnerId = OwnerId,
                HostPattern = Host,
                PathPattern = path,
                UpstreamUrl = upstream.AbsoluteUri.TrimEnd('/'),
                Protocol = RouteProtocol.Http,
                TimeoutMs = 6000,
                Priority = 10,
            },
        ],
    };
}
