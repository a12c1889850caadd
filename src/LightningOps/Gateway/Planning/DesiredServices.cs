using System;
using System.Collections.Generic;
using System.Globalization;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Paywalls;

namespace LightningOps.Gateway.Planning;

/// <summary>The services of compiled rules (docs/reference/aperture.md#compiled-rule).</summary>
internal static class DesiredServices
{
    /// <summary>One service per rule, in match order.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="withExtras">Whether the gateway supports more extras than the admin API, which only has the scheme.</param>
    public static IReadOnlyList<GatewayService> From(IReadOnlyList<CompiledRule> rules, bool withExtras)
    {
        var upstreams = new UpstreamTable();
        var services = new GatewayService[rules.Count];
        for (var i = 0; i < services.Length; i++)
        {
            services[i] = rules[i].IsClosed ? Closed(rules[i]) : Open(rules[i], upstreams.Read(rules[i].UpstreamUrl), withExtras);
        }

        return services;
    }

    /// <summary>One service per rule, with the extras that a gateway can carry.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="gateway">Name of the gateway.</param>
    public static IReadOnlyList<GatewayService> For(IReadOnlyList<CompiledRule> rules, string gateway) =>
        From(rules, withExtras: !gateway.StartsWith(ApertureAdminGateway.NamePrefix, StringComparison.Ordinal));

    private static GatewayService Closed(CompiledRule rule) =>
        new GatewayService { Name = rule.ServiceName, HostRegexp = rule.HostRegexp ?? rule.Host, PathRegexp = rule.PathRegexp ?? rule.Path }.Closed();

    private static GatewayService Open(CompiledRule rule, UpstreamUrl? upstream, bool withExtras) => new()
    {
        Name = rule.ServiceName,
        HostRegexp = rule.HostRegexp ?? rule.Host,
        PathRegexp = rule.PathRegexp ?? rule.Path,
        Address = upstream?.Address ?? rule.UpstreamUrl,
        Protocol = rule.Protocol == RouteProtocol.Https ? "https" : "http",
        Auth = rule.Terms?.Freebie is { } count ? "freebie " + count.ToString(CultureInfo.InvariantCulture) : GatewayService.AuthOn,
        PriceSats = rule.PriceSats,
        Extras = withExtras ? ServiceExtras.GetExtras(rule, upstream)
            : rule.Terms?.AuthScheme is { } scheme ? [ServiceExtras.Scheme + "=" + scheme]
            : System.Array.Empty<string>(),
    };
}
