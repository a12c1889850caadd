using LightningOps.ApertureYaml;
using LightningOps.Paywalls;

namespace LightningOps.Compile;

/// <summary>A route that passed the input checks, with its patterns normalised (docs/reference/compile.md#normalising).</summary>
internal sealed class CandidateRoute
{
    private const long DefaultTimeoutMs = 15_000;

    public CandidateRoute(Paywall paywall, PaywallRoute route, UpstreamTable upstreams)
    {
        Paywall = paywall;
        Route = route;
        Host = NormaliseHost(route.HostPattern);
        Path = NormalisePath(route.PathPattern);
        UpstreamUrl = route.UpstreamUrl.Trim();
        Upstream = upstreams.Read(UpstreamUrl);
    }

    public Paywall Paywall { get; }

    public PaywallRoute Route { get; }

    public string Host { get; }

    public string Path { get; }

    /// <summary>Upstream URL, trimmed.</summary>
    public string UpstreamUrl { get; }

    /// <summary>The parsed upstream; null when it is not an absolute URL, which input checks reject.</summary>
    public UpstreamUrl? Upstream { get; }

    public long TimeoutMs => Route.TimeoutMs <= 0 ? DefaultTimeoutMs : Route.TimeoutMs;

    public string RuleId => Paywall.PaywallId + ":" + Route.RouteId;

    public static string NormaliseHost(string pattern)
    {
        var trimmed = pattern.Trim();
        if (PatternKind.IsUnanchored(trimmed))
        {
            return trimmed;
        }

        foreach (var c in trimmed)
        {
            if (c is (< 'a' or > 'z') and not '.' and not '-' and (< '0' or > '9'))
            {
                return trimmed.ToLowerInvariant();
            }
        }

        return trimmed;
    }

    public static string NormalisePath(string pattern)
    {
        var trimmed = pattern.Trim();
        return (trimmed.Length > 0 && trimmed[0] == '/') || PatternKind.IsUnanchored(trimmed) ? trimmed : "/" + trimmed;
    }
}
