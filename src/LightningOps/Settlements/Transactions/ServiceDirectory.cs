using System;
using System.Collections.Generic;
using LightningOps.Compile;
using LightningOps.Paywalls;

namespace LightningOps.Settlements.Transactions;

/// <summary>Which route of which paywall a gateway's service is: the compile names them (docs/reference/aperture.md#service-name).</summary>
internal sealed class ServiceDirectory
{
    private readonly Dictionary<string, PaywallRoute?> routes = new(StringComparer.Ordinal);

    public ServiceDirectory(IEnumerable<Paywall> paywalls)
    {
        foreach (var paywall in paywalls)
        {
            foreach (var route in paywall.Routes)
            {
                // The paywall's own id and owner stand in a route, too, but nobody has to have filled them in.
                var name = ServiceName.For(paywall.PaywallId, route.RouteId);
                routes[name] = routes.ContainsKey(name) ? null : route with { PaywallId = paywall.PaywallId, OwnerId = paywall.OwnerId };
            }
        }
    }

    /// <summary>The route of a service, or why there is none.</summary>
    public (PaywallRoute? Route, string? Code) Find(string service) =>
        !routes.TryGetValue(service, out var route) ? (null, RejectionCodes.UnknownService)
        : route is null ? (null, RejectionCodes.AmbiguousService)
        : (route, null);
}
