using System.Collections.Generic;
using LightningOps.Paywalls;

namespace LightningOps.ControlPlane.Mock;

/// <summary>The two paywalls of mock mode, as in the recorded smokes.</summary>
internal static class MockFixture
{
    private const long CreatedAtMs = 1_732_000_000_000;
    private const long UpdatedAtMs = CreatedAtMs + 100;

    public static IReadOnlyList<Paywall> Paywalls { get; } =
    [
        Make("weather", "Weather", priceMsats: 2500, capMsats: 5000, priority: 20, "v1"),
        Make("news", "News", priceMsats: 1800, capMsats: 2000, priority: 10, "v2"),
    ];

    private static Paywall Make(string name, string title, long priceMsats, long capMsats, long priority, string version) => new()
    {
        PaywallId = "pw_" + name,
        OwnerId = "owner_" + name,
        Name = "Premium " + title,
        Description = title + " API",
        Status = PaywallStatus.Active,
        CreatedAtMs = CreatedAtMs,
        UpdatedAtMs = UpdatedAtMs,
        Policy = new PaywallPolicy
        {
            PaywallId = "pw_" + name,
            OwnerId = "owner_" + name,
            PricingMode = "fixed",
            FixedAmountMsats = priceMsats,
            MaxPerRequestMsats = capMsats,
            AllowedHosts = ["openagents.com"],
            BlockedHosts = [],
            QuotaPerMinute = 120,
            QuotaPerDay = 10_000,
            KillSwitch = false,
            CreatedAtMs = CreatedAtMs,
            UpdatedAtMs = UpdatedAtMs,
        },
        Routes =
        [
            new PaywallRoute
            {
                RouteId = "route_" + name,
                PaywallId = "pw_" + name,
                OwnerId = "owner_" + name,
                HostPattern = "openagents.com",
                PathPattern = "/api/" + name + "/premium",
                UpstreamUrl = "https://" + name + ".vendor.example.com/" + version + "/premium",
                Protocol = RouteProtocol.Https,
                TimeoutMs = 8000,
                Priority = priority,
                CreatedAtMs = CreatedAtMs,
                UpdatedAtMs = UpdatedAtMs,
            },
        ],
    };
}
