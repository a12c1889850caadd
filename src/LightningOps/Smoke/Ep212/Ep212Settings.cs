using System;
using LightningOps.Settings;

namespace LightningOps.Smoke.Ep212;

/// <summary>The environment variables of live mode (docs/reference/environment.md#live-smokes).</summary>
internal sealed record Ep212Settings
{
    public const string RouteAUrlByDefault = "https://l402.openagents.com/ep212/premium-signal";
    public const string RouteBUrlByDefault = "https://l402.openagents.com/ep212/expensive-signal";
    public const long MaxSpendByDefault = 100_000;

    /// <summary>The chat that is bought where nobody says another.</summary>
    public const string SampleBody = """{"input":[{"role":"User","content":"Tell me a story of a bird"},{"role":"Assistant","content":"Once upon a time, there was a little bird who loved to sing."},{"role":"User","content":"What happened next?"}],"model":"Best"}""";

    private const string Sats4AiUrlByDefault = "https://sats4ai.com/api/l402/text-generation";

    public required string Sats4AiUrl { get; init; }

    public required string RouteAUrl { get; init; }

    public required string RouteAMethod { get; init; }

    /// <summary>Body of route A; null for GET.</summary>
    public string? RouteABody { get; init; }

    public required string RouteBUrl { get; init; }

    public required Msats MaxSpend { get; init; }

    /// <summary>Reads them.</summary>
    /// <exception cref="ConfigException">One cannot be used.</exception>
    public static Ep212Settings From(OperatorEnvironment environment)
    {
        var method = (environment.Find(EnvironmentVariables.Ep212RouteAMethod) ?? "GET").ToUpperInvariant();
        return new Ep212Settings
        {
            Sats4AiUrl = Url(environment, EnvironmentVariables.Ep212Sats4AiUrl, Sats4AiUrlByDefault),
            RouteAUrl = Url(environment, EnvironmentVariables.Ep212RouteAUrl, RouteAUrlByDefault),
            RouteAMethod = method is "GET" or "POST" ? method : throw new ConfigException(EnvironmentVariables.Ep212RouteAMethod, "must be GET or POST"),
            RouteABody = method == "POST" ? environment.Find(EnvironmentVariables.Ep212RouteABody) ?? SampleBody : null,
            RouteBUrl = Url(environment, EnvironmentVariables.Ep212RouteBUrl, RouteBUrlByDefault),
            MaxSpend = new Msats(environment.PositiveInteger(EnvironmentVariables.Ep212MaxSpendMsats, MaxSpendByDefault)),
        };
    }

    private static string Url(OperatorEnvironment environment, string name, string otherwise)
    {
        var text = environment.Find(name) ?? otherwise;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            ? text
            : throw new ConfigException(name, "must be an absolute http or https URL without user info");
    }
}
