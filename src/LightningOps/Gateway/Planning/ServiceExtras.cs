using System.Collections.Generic;
using System.Globalization;
using LightningOps.ApertureYaml;
using LightningOps.Compile;

namespace LightningOps.Gateway.Planning;

/// <summary>What a rule needs beyond the members every gateway carries, spelled as in an aperture.yaml.</summary>
internal static class ServiceExtras
{
    public const string RateLimits = "ratelimits";
    public const string Rewrite = "rewrite";

    /// <summary>The limits and the rewrite the rendering gives an open rule, in its order.</summary>
    public static IReadOnlyList<string> GetExtras(CompiledRule rule, UpstreamUrl? upstream)
    {
        var extras = new List<string>();
        if (rule.QuotaPerMinute is { } perMinute)
        {
            AddLimit(extras, 0, rule.PathRegexp, perMinute, "1m");
        }

        if (rule.QuotaPerDay is { } perDay)
        {
            AddLimit(extras, rule.QuotaPerMinute is null ? 0 : 1, "(?:" + rule.PathRegexp + ")", perDay, "24h");
        }

        if (upstream?.PathPrefix is { } prefix)
        {
            extras.Add(Rewrite + ".prefix=" + prefix);
        }

        return extras;
    }

    private static void AddLimit(List<string> extras, int place, string? pathRegexp, long requests, string per)
    {
        var limit = RateLimits + "[" + place.ToString(CultureInfo.InvariantCulture) + "].";
        extras.Add(limit + "pathregexp=" + pathRegexp);
        extras.Add(limit + "requests=" + requests.ToString(CultureInfo.InvariantCulture));
        extras.Add(limit + "per=" + per);
    }
}
