using LightningOps.Paywalls;

namespace LightningOps.Compile;

/// <summary>A route that passed the input checks, with its patterns normalised (contracts/compile.md, Normalise).</summary>
internal sealed class CandidateRoute
{
    private const long DefaultTimeoutMs = 15_000;

    public CandidateRoute(Paywall paywall, PaywallRoute route)
    {
        Paywall = paywall;
        Route = route;
        Host = NormaliseHost(route.HostPattern);
        Path = NormalisePath(route.PathPattern);
        UpstreamUrl = route.UpstreamUrl.Trim();
    }

    public Paywall Paywall { get; }

    public PaywallRoute Route { get; }

    public string Host { get; }

    public string Path { get; }

    public string UpstreamUrl { get; }

    public long TimeoutMs => Route.TimeoutMs <= 0 ? DefaultTimeoutMs : Route.TimeoutMs;

    public string RuleId => Paywall.PaywallId + ":" + Route.RouteId;

    public static string NormaliseHost(string pattern) => pattern.Trim().ToLowerInvariant();

    public static string NormalisePath(string pattern)
    {
        var trimmed = pattern.Trim();
        return trimmed.Length > 0 && trimmed[0] == '/' ? trimmed : "/" + trimmed;
    }
}
