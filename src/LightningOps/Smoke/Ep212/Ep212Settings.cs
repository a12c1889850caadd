using System;
using LightningOps.Settings;

namespace LightningOps.Smoke.Ep212;

/// <summary>The environment variables of live mode (docs/reference/environment.md#live-smokes).</summary>
internal sealed record Ep212Settings
{
    public const long MaxSpendByDefault = 100_000;

    /// <summary>The chat bought by default.</summary>
    public const string SampleBody = """{"input":[{"role":"User","content":"Tell me a story of a bird"},{"role":"Assistant","content":"Once upon a time, there was a little bird who loved to sing."},{"role":"User","content":"What happened next?"}],"model":"Best"}""";

    /// <summary>The paid endpoint of the other seller; null in the smoke without one.</summary>
    public string? Sats4AiUrl { get; init; }

    public required string RouteAUrl { get; init; }

    public required string RouteAMethod { get; init; }

    /// <summary>Body of route A; null for GET.</summary>
    public string? RouteABody { get; init; }

    public required string RouteBUrl { get; init; }

    public required Msats MaxSpend { get; init; }

    /// <summary>
    /// Reads the settings. No address has a default, so that a smoke that pays never contacts a host that was not
    /// configured.
    /// </summary>
    /// <param name="environment">The variables.</param>
    /// <param name="hasOtherSeller">Whether the smoke also buys from another seller.</param>
    /// <exception cref="ConfigException">An address is missing, or a setting cannot be used.</exception>
    public static Ep212Settings From(OperatorEnvironment environment, bool hasOtherSeller)
    {
        var method = (environment.Find(EnvironmentVariables.Ep212RouteAMethod) ?? "GET").ToUpperInvariant();
        return new Ep212Settings
        {
            Sats4AiUrl = hasOtherSeller ? Url(environment, EnvironmentVariables.Ep212Sats4AiUrl) : null,
            RouteAUrl = Url(environment, EnvironmentVariables.Ep212RouteAUrl),
            RouteAMethod = method is "GET" or "POST" ? method : throw new ConfigException(EnvironmentVariables.Ep212RouteAMethod, "must be GET or POST"),
            RouteABody = method == "POST" ? environment.Find(EnvironmentVariables.Ep212RouteABody) ?? SampleBody : null,
            RouteBUrl = Url(environment, EnvironmentVariables.Ep212RouteBUrl),
            MaxSpend = new Msats(environment.PositiveInteger(EnvironmentVariables.Ep212MaxSpendMsats, MaxSpendByDefault)),
        };
    }

    private static string Url(OperatorEnvironment environment, string name)
    {
        var text = environment.Require(name);
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            ? text
            : throw new ConfigException(name, "must be an absolute http or https URL without user info");
    }
}
