using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Check;
using LightningOps.Gateway.Loopback.Configuration;
using LightningOps.Gateway.Loopback.Forwarding;
using LightningOps.Gateway.Loopback.Matching;

namespace LightningOps.Gateway.Routing;

/// <summary>The handling of requests by a service, from its members (docs/reference/aperture.md#service-members).</summary>
internal sealed class RoutedService
{
    private const string FreePaths = "authwhitelistpaths";
    private const string PathsWithoutInvoice = "authskipinvoicecreationpaths";
    private readonly Dictionary<string, string> extras = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<(string Text, TextMatcher? Matcher)> freePaths;
    private readonly IReadOnlyList<(string Text, TextMatcher? Matcher)> pathsWithoutInvoice;
    private readonly IReadOnlyList<RoutedLimit> limits;
    private readonly string prefix;

    public RoutedService(GatewayService service)
    {
        Service = service;
        foreach (var extra in service.Extras)
        {
            var equals = extra.IndexOf('=');
            extras[extra.Substring(0, equals)] = extra.Substring(equals + 1);
        }

        freePaths = ReadPaths(FreePaths);
        pathsWithoutInvoice = ReadPaths(PathsWithoutInvoice);
        limits = ReadLimits();
        prefix = RewritePath.NormalizePrefix(Find("rewrite.prefix") ?? string.Empty);

        // A level that stops Aperture serves nothing; it counts as on.
        Auth = AuthLevel.Read(service.Auth) ?? new AuthLevel(AuthKind.On);
        IsDynamic = Find("dynamicprice.enabled") == "true";
    }

    /// <summary>The members.</summary>
    public GatewayService Service { get; }

    /// <summary>Who must pay.</summary>
    public AuthLevel Auth { get; }

    /// <summary>Free requests of each network before the price is charged.</summary>
    public int FreeRequests => Auth is { Kind: AuthKind.Freebie, FreeRequests: var free } ? free : 0;

    /// <summary>Whether another server sets the price.</summary>
    public bool IsDynamic { get; }

    /// <summary>Price of a credential; null if another server sets it.</summary>
    public long? PriceSats => IsDynamic ? null : Service.EffectivePrice;

    /// <summary>Whether a credential carries timeout, capabilities and constraints.</summary>
    public bool CarriesLimits => Service.PriceSats != 0 && !IsDynamic;

    /// <summary>Lifetime of a credential in seconds; null for no limit.</summary>
    public long? LifetimeSeconds =>
        CarriesLimits && long.TryParse(Find("timeout"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? seconds : null;

    /// <summary>The declared scheme; null if there is none.</summary>
    public string? Scheme => Find("authscheme");

    /// <summary>Whether it answers nobody, because nothing can listen on port 0.</summary>
    public bool IsClosed => Service.HasPortZero;

    /// <summary>The expressions of free paths and of paths without an invoice, each with its member.</summary>
    public IEnumerable<(string Member, string Text)> OtherPaths =>
        freePaths.Select(static path => (FreePaths, path.Text)).Concat(pathsWithoutInvoice.Select(static path => (PathsWithoutInvoice, path.Text)));

    /// <summary>The expression of free paths that matches; null if none does.</summary>
    public string? FindFreePath(string path) => Find(freePaths, path);

    /// <summary>The expression of paths without an invoice that matches; null if none does.</summary>
    public string? FindPathWithoutInvoice(string path) => Find(pathsWithoutInvoice, path);

    /// <summary>The limits that count a path, for example <c>120 per 1m</c>.</summary>
    public IReadOnlyList<string> GetLimits(string path) => limits.Where(limit => limit.Counts(path)).Select(static limit => limit.ToString()).ToArray();

    /// <summary>The limit that refuses every request for a path; null if there is none.</summary>
    public string? FindRefusingLimit(string path)
    {
        foreach (var limit in limits)
        {
            if (limit.Refusal is { } refusal && limit.Counts(path))
            {
                return refusal;
            }
        }

        return null;
    }

    /// <summary>The path requested from the upstream.</summary>
    public string GetUpstreamPath(string escaped) => RewritePath.Join(prefix, escaped);

    private string? Find(string member) => extras.TryGetValue(member, out var value) ? value : null;

    private static string? Find(IReadOnlyList<(string Text, TextMatcher? Matcher)> paths, string path)
    {
        foreach (var (text, matcher) in paths)
        {
            if (matcher?.IsMatch(path) == true)
            {
                return text;
            }
        }

        return null;
    }

    private (string Text, TextMatcher? Matcher)[] ReadPaths(string member)
    {
        var paths = new List<(string, TextMatcher?)>();
        for (var i = 0; Find(member + "[" + i.ToString(CultureInfo.InvariantCulture) + "]") is { } text; i++)
        {
            paths.Add((text, TextMatcher.Create(text)));
        }

        return paths.ToArray();
    }

    private List<RoutedLimit> ReadLimits()
    {
        var read = new List<RoutedLimit>();
        for (var i = 0; Find("ratelimits[" + i.ToString(CultureInfo.InvariantCulture) + "].requests") is { } requests; i++)
        {
            var member = "ratelimits[" + i.ToString(CultureInfo.InvariantCulture) + "].";
            var path = Find(member + "pathregexp") ?? string.Empty;
            var first = read.FindIndex(limit => limit.Path == path);
            if (first >= 0)
            {
                read[first] = read[first] with { Tokens = read[first].Tokens + 1 };
                continue;
            }

            read.Add(new RoutedLimit(member, path, requests, FormatDuration(Find(member + "per") ?? "0s"), Find(member + "burst")));
        }

        return read;
    }

    private static string FormatDuration(string text) => text switch
    {
        _ when text.EndsWith("h0m0s", StringComparison.Ordinal) => text.Substring(0, text.Length - 4),
        _ when text.EndsWith("m0s", StringComparison.Ordinal) => text.Substring(0, text.Length - 2),
        _ => text,
    };
}

/// <summary>
/// A rate limit. Limits of one text share the bucket of the first, and each takes a token of it
/// (docs/reference/aperture.md#service-members).
/// </summary>
/// <param name="Member">The member, with the dot behind it.</param>
/// <param name="Path">The text of its expression; empty for every path.</param>
/// <param name="Requests">The number of requests.</param>
/// <param name="Per">The time.</param>
/// <param name="Burst">The declared burst.</param>
internal sealed record RoutedLimit(string Member, string Path, string Requests, string Per, string? Burst)
{
    private readonly long size =
        long.TryParse(Burst, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var declared) && declared != 0 ? declared
        : long.TryParse(Requests, NumberStyles.None, CultureInfo.InvariantCulture, out var all) ? all
        : long.MaxValue;

    /// <summary>Tokens that each request takes.</summary>
    public int Tokens { get; init; } = 1;

    /// <summary>Why it refuses every request; null if it does not.</summary>
    public string? Refusal =>
        size >= Tokens ? null
        : size < 0 ? Member + "burst: a negative burst refuses every request (429)"
        : FormattableString.Invariant($"{Member}pathregexp: {Tokens} limits of this text share a bucket of {size}, and each takes a token, so that every request is refused (429)");

    /// <summary>Whether it counts requests for a path. So does one whose expression cannot be followed.</summary>
    public bool Counts(string path) => Path.Length == 0 || TextMatcher.Create(Path)?.IsMatch(path) != false;

    /// <summary>The limit on one line.</summary>
    public override string ToString() =>
        Requests + " per " + Per + (Burst is null ? string.Empty : ", burst " + Burst) + (Tokens == 1 ? string.Empty : FormattableString.Invariant($", each request counted {Tokens} times"));
}
