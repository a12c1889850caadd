using System;
using System.Collections.Generic;
using LightningOps.Compile;
using LightningOps.Paywalls;

namespace LightningOps.Settlements.Transactions;

/// <summary>
/// Maps a gateway's services to routes of paywalls by the names that the compile gives them
/// (docs/reference/aperture.md#service-name).
/// </summary>
internal sealed class ServiceDirectory
{
    private readonly Dictionary<string, PaywallRoute?> routes = new(StringComparer.Ordinal);

    public ServiceDirectory(IEnumerable<Paywall> paywalls)
    {
        foreach (var paywall in paywalls)
        {
            foreach (var route in paywall.Routes)
            {
                // A route also contains the paywall's id and owner, but they may be empty.
                var name = ServiceName.For(paywall.PaywallId, route);
                routes[name] = routes.ContainsKey(name) ? null : route with { PaywallId = paywall.PaywallId, OwnerId = paywall.OwnerId };
            }
        }
    }

    /// <summary>
    /// The route of a service, or why there is none. A metered service is followed by the path that was bought:
    /// <c>service/path</c>.
    /// </summary>
    public (PaywallRoute? Route, string? Path, string? Code) Find(string service)
    {
        var (name, path) = SplitPath(service);
        return !routes.TryGetValue(name, out var route) ? (null, null, RejectionCodes.UnknownService)
            : route is null ? (null, null, RejectionCodes.AmbiguousService)
            : (route, path, null);
    }

    /// <summary>
    /// The name of a service without the path that was bought, and that path. A name that contains a slash itself
    /// takes precedence.
    /// </summary>
    public (string Name, string? Path) SplitPath(string service)
    {
        for (var end = service.Length; end > 0; end = service.LastIndexOf('/', end - 1))
        {
            var name = service.Substring(0, end);
            if (routes.ContainsKey(name))
            {
                return (name, end == service.Length ? null : service.Substring(end));
            }
        }

        return (service, null);
    }
}
