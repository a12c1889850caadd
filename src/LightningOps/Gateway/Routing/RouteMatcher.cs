using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Compile.Aperture;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Loopback.Matching;
using LightningOps.Re2;

namespace LightningOps.Gateway.Routing;

/// <summary>
/// Finds the services of a request as Aperture does (proxy/proxy.go, matchService), without trying them one by one:
/// literals and prefixes are looked up, and the expressions of a host are one automaton. Not thread-safe.
/// </summary>
internal sealed class RouteMatcher
{
    private const long Budget = 50_000_000;
    private const int MaxCachedMembers = 2_000_000;
    private const int MaxHosts = 10_000;
    private readonly IReadOnlyList<GatewayService> services;
    private readonly RequestPattern[] patterns;
    private readonly List<HostClass> classes = new();
    private readonly LanguageUnionMatcher hosts;
    private readonly Dictionary<string, int[]> classesByHost = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TextMatcher?> matchers = new(StringComparer.Ordinal);
    private readonly List<int> unreadable = new();

    /// <param name="services">Services in match order.</param>
    public RouteMatcher(IReadOnlyList<GatewayService> services)
    {
        this.services = services;
        var reader = new ServicePatterns(new AnalysisBudget(Budget));
        patterns = services.Select(service => reader.Read(service.HostRegexp, service.PathRegexp)).ToArray();
        var byHost = new Dictionary<string, HostClass>(StringComparer.Ordinal);
        for (var place = 0; place < patterns.Length; place++)
        {
            if (!patterns[place].Host.IsReadable || !patterns[place].Path.IsReadable || MayMatchMore(patterns[place].Host) || MayMatchMore(patterns[place].Path))
            {
                unreadable.Add(place);
                continue;
            }

            var host = services[place].HostRegexp;
            if (!byHost.TryGetValue(host, out var members))
            {
                byHost.Add(host, members = new HostClass(patterns[place].Host));
                classes.Add(members);
            }

            members.Places.Add(place);
        }

        hosts = new LanguageUnionMatcher(classes.ConvertAll(one => one.Host.Language), MaxCachedMembers);
    }

    /// <summary>The requests each service matches.</summary>
    public IReadOnlyList<RequestPattern> Patterns => patterns;

    /// <summary>The place of the first service that matches; -1 for none, -2 if an expression that cannot be followed may match before.</summary>
    /// <param name="host">The Host header.</param>
    /// <param name="path">Whether the host expression of a service matches; null if unknown.</param>
    public int Find(string host, string path)
    {
        var first = int.MaxValue;
        foreach (var index in GetClasses(host))
        {
            foreach (var place in GetPlaces(classes[index], path))
            {
                if (place < first && Matches(place, host, path))
                {
                    first = place;
                    break;
                }
            }
        }

        var unknown = int.MaxValue;
        foreach (var place in unreadable)
        {
            var hostMatches = place < first ? MatchesHost(place, host) : false;
            var pathMatches = hostMatches == false ? false : MatchesPath(place, path);
            if (hostMatches == true && pathMatches == true)
            {
                first = place;
                break;
            }

            unknown = hostMatches == false || pathMatches == false ? unknown : Math.Min(unknown, place);
        }

        return unknown < first ? -2
            : first == int.MaxValue ? -1
            : first;
    }

    /// <summary>Whether the path expression of a service matches; null if unknown.</summary>
    public bool? MatchesHost(int place, string host) => GetMatcher(services[place].HostRegexp)?.IsMatch(host);

    /// <summary>// The languages exclude control characters, so such a path is tried on each service of its hosts.</summary>
    public bool? MatchesPath(int place, string path) => services[place].PathRegexp.Length == 0 ? true : GetMatcher(services[place].PathRegexp)?.IsMatch(path);

    private static bool MayMatchMore(RoutePattern pattern) => Re2.Syntax.Re2Expression.TryParse(pattern.Expression, out var expression, out _) && expression.TreeMatchesMore;

    private int[] GetClasses(string host)
    {
        if (!classesByHost.TryGetValue(host, out var found))
        {
            if (classesByHost.Count >= MaxHosts)
            {
                classesByHost.Clear();
            }

            classesByHost.Add(host, found = hosts.Match(host).ToArray());
        }

        return found;
    }

    // Without an expression every path matches, also targets such as *, which do not begin with a slash.
    private IEnumerable<int> GetPlaces(HostClass hostClass, string path)
    {
        if (HasControls(path))
        {
            return hostClass.Places;
        }

        hostClass.Paths ??= new LanguageUnionMatcher(hostClass.Places.ConvertAll(GetPathLanguage), MaxCachedMembers);
        return hostClass.Match(path);
    }

    // The expression itself is used only if the languages do not decide.
    private RegularLanguage GetPathLanguage(int place) => services[place].PathRegexp.Length == 0 ? RegularLanguage.All : patterns[place].Path.Language;

    // Only what the languages do not decide is asked of the expression itself.
    private bool Matches(int place, string host, string path) =>
        (patterns[place].Host.Language.MatchesExactly || MatchesHost(place, host) != false)
        && ((!HasControls(path) && patterns[place].Path.Language.MatchesExactly) || MatchesPath(place, path) != false);

    private static bool HasControls(string path)
    {
        foreach (var character in path)
        {
            if (char.IsControl(character))
            {
                return true;
            }
        }

        return false;
    }

    private TextMatcher? GetMatcher(string pattern)
    {
        if (!matchers.TryGetValue(pattern, out var matcher))
        {
            matchers.Add(pattern, matcher = TextMatcher.Create(pattern));
        }

        return matcher;
    }

    /// <summary>The services of one host expression.</summary>
    private sealed class HostClass(RoutePattern host)
    {
        public RoutePattern Host { get; } = host;

        public List<int> Places { get; } = new();

        public LanguageUnionMatcher? Paths { get; set; }

        public IEnumerable<int> Match(string path) => Paths!.Match(path).Select(index => Places[index]);
    }
}
