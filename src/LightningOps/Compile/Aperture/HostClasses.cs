using System;
using System.Collections.Generic;
using LightningOps.Re2;

namespace LightningOps.Compile.Aperture;

/// <summary>The rules with the same host pattern.</summary>
internal sealed class HostClass
{
    private readonly List<int> places = new();
    private PathIndex? paths;

    public HostClass(RoutePattern pattern) => Pattern = pattern;

    public RoutePattern Pattern { get; }

    /// <summary>Places of the rules in the sort order.</summary>
    public IReadOnlyList<int> Places => places;

    public void Add(int place) => places.Add(place);

    public PathIndex Paths(IReadOnlyList<RequestPattern> rules) => paths ??= new PathIndex(rules, places);
}

/// <summary>Two host classes that share a host.</summary>
/// <param name="First">One class.</param>
/// <param name="Second">Another.</param>
/// <param name="Relation">Relation of the hosts of the first to those of the second; never disjoint.</param>
internal readonly record struct HostClassPair(HostClass First, HostClass Second, Relation Relation);

/// <summary>Groups rules by host pattern and finds the host patterns that meet, without comparing every pair.</summary>
internal sealed class HostClasses
{
    private readonly Dictionary<RoutePattern, HostClass> classes = new();
    private readonly List<HostClass> inOrder = new();

    public IReadOnlyList<HostClass> All => inOrder;

    public static HostClasses Create(IReadOnlyList<RequestPattern> rules)
    {
        var hosts = new HostClasses();
        for (var place = 0; place < rules.Count; place++)
        {
            if (rules[place].IsAnalyzed)
            {
                hosts.Add(rules[place].Host, place);
            }
        }

        return hosts;
    }

    public IEnumerable<HostClassPair> MeetingPairs(AnalysisBudget budget)
    {
        var general = inOrder.FindAll(one => one.Pattern.BareHost is null);
        var index = new GeneralPatterns(general.ConvertAll(one => one.Pattern));
        var sameHost = new Dictionary<string, List<HostClass>>(StringComparer.Ordinal);
        var found = new List<int>();
        foreach (var one in inOrder)
        {
            if (one.Pattern.BareHost is not { } host)
            {
                continue;
            }

            if (!sameHost.TryGetValue(host, out var others))
            {
                sameHost.Add(host, others = new List<HostClass>(1));
            }

            foreach (var other in others)
            {
                if (Meet(one, other, budget) is { } pair)
                {
                    yield return pair;
                }
            }

            others.Add(one);
            if (general.Count > 0)
            {
                found.Clear();
                index.FindMeeting(host, host, found);
                foreach (var place in found)
                {
                    if (Meet(one, general[place], budget) is { } pair)
                    {
                        yield return pair;
                    }
                }
            }
        }

        for (var i = 0; i < general.Count; i++)
        {
            found.Clear();
            index.FindMeeting(i, found);
            foreach (var place in found)
            {
                if (place > i && Meet(general[i], general[place], budget) is { } pair)
                {
                    yield return pair;
                }
            }
        }
    }

    private static HostClassPair? Meet(HostClass one, HostClass other, AnalysisBudget budget)
    {
        var relation = one.Pattern.Language.Relate(other.Pattern.Language, budget);
        return relation == Relation.Disjoint ? null : new HostClassPair(one, other, relation);
    }

    private void Add(RoutePattern pattern, int place)
    {
        if (!classes.TryGetValue(pattern, out var one))
        {
            classes.Add(pattern, one = new HostClass(pattern));
            inOrder.Add(one);
        }

        one.Add(place);
    }
}
