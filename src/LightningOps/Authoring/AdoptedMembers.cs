using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Paywalls;

namespace LightningOps.Authoring;

/// <summary>A quota of a service.</summary>
/// <param name="Requests">Requests in the time.</param>
/// <param name="Burst">Millisatoshis.</param>
internal sealed record AdoptedQuota(long Requests, long? Burst);

/// <summary>
/// The members of a service as members of a policy. Members that no policy has are the rest
/// (docs/reference/aperture.md#service-members).
/// </summary>
internal sealed class AdoptedMembers
{
    private const string Minute = "1m";
    private const string Day = "24h";
    private const string Freebies = "freebie ";
    private static readonly string[] Lists = ["authwhitelistpaths", "authskipinvoicecreationpaths"];
    private static readonly string[] Maps = ["headers", "constraints"];
    private readonly GatewayService service;
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly HashSet<string> rest;

    /// <param name="service">The service.</param>
    /// <param name="extras">Its other members.</param>
    public AdoptedMembers(GatewayService service, IReadOnlyList<string> extras)
    {
        this.service = service;
        foreach (var extra in extras)
        {
            var equals = extra.IndexOf('=');
            values[extra.Substring(0, equals)] = extra.Substring(equals + 1);
        }

        rest = new HashSet<string>(values.Keys, StringComparer.Ordinal);
        Freebie = GetFreebie(service.Auth);
        UpstreamUrl = FindUpstream();
        Lifetime = FindNumber("timeout");
        (PerMinute, PerDay) = FindQuotas();
        DynamicPrice = FindDynamicPrice();
        rest.ExceptWith(["authscheme", "tlscertpath", "capabilities"]);
        rest.RemoveWhere(static member => Lists.Any(list => member.StartsWith(list + "[", StringComparison.Ordinal)) || Maps.Any(map => member.StartsWith(map + ".", StringComparison.Ordinal)));
    }

    /// <summary>Free requests before payment; null for none, or for a count that would not be rendered as written.</summary>
    public long? Freebie { get; }

    /// <summary>URL of the upstream; null if no URL compiles to it.</summary>
    public string? UpstreamUrl { get; }

    /// <summary>Seconds until a sold credential expires.</summary>
    public long? Lifetime { get; }

    /// <summary>Limit a minute on the path of the service.</summary>
    public AdoptedQuota? PerMinute { get; }

    /// <summary>Limit a day on the path of the service.</summary>
    public AdoptedQuota? PerDay { get; }

    /// <summary>The price server.</summary>
    public DynamicPrice? DynamicPrice { get; }

    /// <summary>Names of the members that a policy does not have.</summary>
    public IReadOnlyList<string> Rest => rest.OrderBy(static member => member, StringComparer.Ordinal).ToArray();

    /// <summary>The text of a member, or null.</summary>
    public string? Find(string member) => values.TryGetValue(member, out var value) ? value : null;

    /// <summary>The texts of a mapping by name, or null.</summary>
    public IReadOnlyDictionary<string, string>? FindMap(string member)
    {
        var texts = values.Where(value => value.Key.StartsWith(member + ".", StringComparison.Ordinal)).ToDictionary(value => value.Key.Substring(member.Length + 1), static value => value.Value, StringComparer.Ordinal);
        return texts.Count == 0 ? null : texts;
    }

    /// <summary>The expressions of a list as patterns of a paywall, or null.</summary>
    public IReadOnlyList<string>? FindPaths(string member)
    {
        var paths = new List<string>();
        while (Find(string.Format(CultureInfo.InvariantCulture, "{0}[{1}]", member, paths.Count)) is { } expression)
        {
            paths.Add(PatternKind.UnanchoredPrefix + expression);
        }

        return paths.Count == 0 ? null : paths;
    }

    private static long? GetFreebie(string auth) =>
        auth.StartsWith(Freebies, StringComparison.Ordinal) && long.TryParse(auth.Substring(Freebies.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        && auth == Freebies + count.ToString(CultureInfo.InvariantCulture)
            ? count
            : null;

    private string? FindUpstream()
    {
        var prefix = Take("rewrite.prefix");
        var url = service.Protocol + "://" + service.Address + prefix;
        return service.Protocol is "http" or "https"
            && LightningOps.ApertureYaml.UpstreamUrl.TryParse(url) is { HasQueryOrFragment: false, HasUserInfo: false } upstream
            && upstream.Address == service.Address && upstream.PathPrefix == prefix
            ? url
            : null;
    }

    private (AdoptedQuota? PerMinute, AdoptedQuota? PerDay) FindQuotas()
    {
        var place = 0;
        var perMinute = FindQuota(place, Minute, service.PathRegexp);
        return (perMinute, FindQuota(perMinute is null ? place : place + 1, Day, "(?:" + service.PathRegexp + ")"));
    }

    private AdoptedQuota? FindQuota(int place, string per, string expression)
    {
        var limit = string.Format(CultureInfo.InvariantCulture, "ratelimits[{0}].", place);
        if (Find(limit + "per") != per || (Find(limit + "pathregexp") ?? string.Empty) != expression || !IsNumber(limit + "requests", out var requests)
            || (Find(limit + "burst") is not null && !IsNumber(limit + "burst", out _)))
        {
            return null;
        }

        rest.ExceptWith([limit + "per", limit + "pathregexp", limit + "requests"]);
        return new AdoptedQuota(requests, FindNumber(limit + "burst"));
    }

    private DynamicPrice? FindDynamicPrice()
    {
        if (Find("dynamicprice.enabled") != "true" || Find("dynamicprice.grpcaddress") is not { } address)
        {
            return null;
        }

        rest.ExceptWith(["dynamicprice.enabled", "dynamicprice.grpcaddress"]);
        return new DynamicPrice
        {
            GrpcAddress = address,
            Insecure = Take("dynamicprice.insecure") == "true" ? true : null,
            TlsCertificatePath = Take("dynamicprice.tlscertpath"),
            Metered = Take("dynamicprice.metered") == "true" ? true : null,
        };
    }

    private long? FindNumber(string member)
    {
        if (!IsNumber(member, out var number))
        {
            return null;
        }

        rest.Remove(member);
        return number;
    }

    private bool IsNumber(string member, out long number)
    {
        number = 0;
        return Find(member) is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private string? Take(string member)
    {
        rest.Remove(member);
        return Find(member);
    }
}
