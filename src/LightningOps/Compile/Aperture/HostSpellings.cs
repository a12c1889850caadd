using System;
using System.Collections.Generic;
using LightningOps.ApertureYaml;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// Finds spellings of a host that an expression misses (letter case, port or trailing dot, which Aperture all matches
/// as sent) and that another rule matches.
/// </summary>
internal sealed class HostSpellings
{
    // Number of hosts per expression whose spellings are tried. An expression often names a few hosts, or one with its
    // subdomains.
    private const int MaxHosts = 4;
    private const string OtherPort = ":8443";

    private readonly IReadOnlyList<ApertureRule> sorted;
    private readonly int[] order;
    private readonly AnalysisBudget budget;
    private readonly Dictionary<RoutePattern, IReadOnlyList<(string Host, IReadOnlyList<int> Places)>> spellings = new();
    private readonly List<RoutePattern> hosts = new();
    private readonly List<List<int>> places = new();
    private readonly Dictionary<RoutePattern, int> indexes = new();
    private EndsIndex? ends;
    private LanguageUnionMatcher? matcher;

    /// <summary>Searches spellings among these rules.</summary>
    /// <param name="sorted">The rules in sort order.</param>
    /// <param name="order">The match order.</param>
    /// <param name="budget">Budget of the search.</param>
    public HostSpellings(IReadOnlyList<ApertureRule> sorted, int[] order, AnalysisBudget budget)
    {
        this.sorted = sorted;
        this.order = order;
        this.budget = budget;
    }

    /// <summary>A request in another spelling of the rule's host, and the rule that matches it; null when none is known.</summary>
    public (RequestWitness Witness, ApertureRule Taker)? FindMissed(ApertureRule rule)
    {
        if (!PatternTable.IsHostExpression(rule.Host.Text) || !rule.IsAnalyzed || rule.Path.UnanalyzableFeature is not null)
        {
            return null;
        }

        if (!spellings.TryGetValue(rule.Host, out var missed))
        {
            spellings.Add(rule.Host, missed = MayBeTaken(rule.Host) ? Missed(rule.Host) : []);
        }

        foreach (var (host, others) in missed)
        {
            foreach (var place in others)
            {
                var other = sorted[order[place]];
                if (!budget.TrySpend(1))
                {
                    return null;
                }

                if (rule.Path.Language.FindCommon(other.Path.Language, budget) is { } path && FindTaker(path, others) is { } taker)
                {
                    return (new RequestWitness(host, path), taker);
                }
            }
        }

        return null;
    }

    // A spelling begins and ends as the host does, apart from letter case, trailing dot and port.
    private bool MayBeTaken(RoutePattern pattern)
    {
        if (ends is null)
        {
            for (var place = 0; place < order.Length; place++)
            {
                Add(sorted[order[place]], place);
            }

            ends = new EndsIndex(hosts.ConvertAll(static host => (host.BeginsWith, host.EndsWith)));
        }

        return ends.CountAtMost(indexes[pattern]) > 1;
    }

    private ApertureRule? FindTaker(string path, IReadOnlyList<int> others)
    {
        foreach (var place in others)
        {
            var other = sorted[order[place]];
            if (!other.Path.Language.MatchesExactly)
            {
                return null;
            }

            if (other.Path.Language.Matches(path))
            {
                return other;
            }
        }

        return null;
    }

    private IReadOnlyList<(string Host, IReadOnlyList<int> Places)> Missed(RoutePattern pattern)
    {
        var language = pattern.Language;
        var missed = new List<(string Host, IReadOnlyList<int> Places)>();
        var seen = new List<RegularLanguage>();
        while (seen.Count < MaxHosts && ((seen.Count == 0 ? GetHostAsWritten(pattern) : null) ?? Next(language, seen)) is { Length: > 0 } host)
        {
            seen.Add(RegularLanguage.Literal(host));
            foreach (var spelling in GetSpellings(host))
            {
                if (language.MatchesExactly && !language.Matches(spelling) && PlacesMatching(spelling) is { Count: > 0 } others)
                {
                    missed.Add((spelling, others));
                }
            }
        }

        return missed;
    }

    // The host that a reader sees in the expression: shop.example.com for ^shop.example.com$, a.example.com for ^.*\.example\.com$.
    private static string? GetHostAsWritten(RoutePattern pattern)
    {
        var text = PatternKind.IsUnanchored(pattern.Text) ? pattern.Text.Substring(PatternKind.UnanchoredPrefix.Length) : pattern.Text;
        var host = text.TrimStart('^').TrimEnd('$').Replace("(?i)", string.Empty).Replace(".*", "a").Replace(".+", "a").Replace(@"\.", ".");
        return pattern.Language.MatchesExactly && CodePoints.AreIn(host, CodePointSet.Hosts) && pattern.Language.Matches(host) ? host : null;
    }

    private string? Next(RegularLanguage language, List<RegularLanguage> seen) =>
        language.TryGetLiteral(out var literal) ? (seen.Count == 0 ? literal : null)
        : language.FindOutside(seen, budget, out _) is { } host ? HostExample.Improve(host, text => language.Matches(text) && !seen.Exists(one => one.Matches(text)))
        : null;

    private static IEnumerable<string> GetSpellings(string host)
    {
        var end = HostLanguage.LengthWithoutPort(host);
        var (name, port) = (host.Substring(0, end), host.Substring(end));
        yield return host.ToUpperInvariant();
        yield return host.ToLowerInvariant();
        yield return (name.EndsWith(".", StringComparison.Ordinal) ? name.Substring(0, name.Length - 1) : name + ".") + port;

        // A port in the expression is intended. Without one, clients send the port of the gateway unless it is the default.
        if (port.Length == 0)
        {
            yield return name + OtherPort;
        }
    }

    private List<int> PlacesMatching(string host)
    {
        matcher ??= new LanguageUnionMatcher(hosts.ConvertAll(pattern => pattern.Language));
        var found = new List<int>();
        foreach (var index in matcher.Match(host))
        {
            // No diagnostic names a pattern that cannot be decided.
            if (hosts[index].Language.MatchesExactly)
            {
                found.AddRange(places[index]);
            }
        }

        found.Sort();
        return found;
    }

    private void Add(ApertureRule rule, int place)
    {
        if (!rule.IsAnalyzed)
        {
            return;
        }

        if (!indexes.TryGetValue(rule.Host, out var index))
        {
            indexes.Add(rule.Host, index = hosts.Count);
            hosts.Add(rule.Host);
            places.Add(new List<int>(1));
        }

        places[index].Add(place);
    }
}
