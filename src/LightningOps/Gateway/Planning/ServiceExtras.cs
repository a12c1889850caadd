using System;
using System.Collections.Generic;
using System.Globalization;
using LightningOps.ApertureYaml;
using LightningOps.Compile;

namespace LightningOps.Gateway.Planning;

/// <summary>Members of a rule beyond those that every gateway supports, spelled as in an aperture.yaml.</summary>
internal static class ServiceExtras
{
    public const string RateLimits = "ratelimits";
    public const string Rewrite = "rewrite";
    public const string Scheme = "authscheme";

    /// <summary>Whether a roll-out may drop a member if told to: a limit or a rewrite, but nothing that decides about access or its duration.</summary>
    public static bool CanGoWithout(string extra) => extra.StartsWith(RateLimits, StringComparison.Ordinal) || extra.StartsWith(Rewrite, StringComparison.Ordinal);

    /// <summary>Whether the admin API carries a member.</summary>
    public static bool IsScheme(string extra) => extra.StartsWith(Scheme + "=", StringComparison.Ordinal);

    /// <summary>Name of the member of an extra, without place and parts.</summary>
    public static string GetMember(string extra) => extra.Substring(0, extra.IndexOfAny(['[', '.', '=']));

    /// <summary>The limits and the rewrite of an open rule, in the order of the rendering.</summary>
    public static IReadOnlyList<string> GetExtras(CompiledRule rule, UpstreamUrl? upstream)
    {
        var extras = new List<string>();
        if (rule.Terms is { } terms)
        {
            AddTerms(extras, terms);
        }

        if (rule.QuotaPerMinute is { } perMinute)
        {
            AddLimit(extras, 0, rule.PathRegexp, perMinute, "1m", rule.Terms?.QuotaPerMinuteBurst);
        }

        if (rule.QuotaPerDay is { } perDay)
        {
            AddLimit(extras, rule.QuotaPerMinute is null ? 0 : 1, "(?:" + rule.PathRegexp + ")", perDay, "24h", rule.Terms?.QuotaPerDayBurst);
        }

        if (upstream?.PathPrefix is { } prefix)
        {
            extras.Add(Rewrite + ".prefix=" + prefix);
        }

        return extras;
    }

    private static void AddTerms(List<string> extras, SaleTerms terms)
    {
        Add(extras, Scheme, terms.AuthScheme);
        Add(extras, "timeout", terms.CredentialLifetimeSeconds?.ToString(CultureInfo.InvariantCulture));
        Add(extras, "capabilities", terms.Capabilities is { } capabilities ? string.Join(",", capabilities) : null);
        foreach (var (name, texts) in new[] { ("constraints", terms.Constraints), ("headers", terms.Headers) })
        {
            foreach (var text in texts is null ? [] : PolicyMembers.Sort(texts))
            {
                Add(extras, name + "." + text.Key, text.Value);
            }
        }

        Add(extras, "tlscertpath", terms.TlsCertificatePath);
        foreach (var (name, paths) in new[] { ("authwhitelistpaths", terms.WhitelistRegexps), ("authskipinvoicecreationpaths", terms.SkipInvoiceRegexps) })
        {
            for (var place = 0; place < (paths?.Count ?? 0); place++)
            {
                Add(extras, name + "[" + place.ToString(CultureInfo.InvariantCulture) + "]", paths![place]);
            }
        }

        if (terms.DynamicPrice is { } price)
        {
            Add(extras, "dynamicprice.enabled", "true");
            Add(extras, "dynamicprice.grpcaddress", price.GrpcAddress);
            Add(extras, "dynamicprice.insecure", price.Insecure == true ? "true" : null);
            Add(extras, "dynamicprice.tlscertpath", price.TlsCertificatePath);
            Add(extras, "dynamicprice.metered", price.Metered == true ? "true" : null);
        }
    }

    private static void Add(List<string> extras, string member, string? value)
    {
        if (value is not null)
        {
            extras.Add(member + "=" + value);
        }
    }

    private static void AddLimit(List<string> extras, int place, string? pathRegexp, long requests, string per, long? burst)
    {
        var limit = RateLimits + "[" + place.ToString(CultureInfo.InvariantCulture) + "].";
        extras.Add(limit + "pathregexp=" + pathRegexp);
        extras.Add(limit + "requests=" + requests.ToString(CultureInfo.InvariantCulture));
        extras.Add(limit + "per=" + per);
        if (burst is { } atOnce)
        {
            extras.Add(limit + "burst=" + atOnce.ToString(CultureInfo.InvariantCulture));
        }
    }
}
