namespace LightningOps.Gateway;

/// <summary>Why checks are skipped or fail, where several gateways say the same.</summary>
internal static class ProbeReasons
{
    public const string NoRouteSells = "no_route_sells";
    public const string MissingAuthorization = "missing_proxy_authorization_header";
    public const string NoPayer = "no_payer";
    public const string NoProbeAddress = "no_probe_address";
    public const string NoChallenge = "no_challenge";

    /// <summary>Why there is nothing to check at the route, or null.</summary>
    public static string? OfRoute(ProbeRoute? route) => route is null || route.Rule.IsClosed ? NoRouteSells : null;
}
