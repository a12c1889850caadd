using System.Collections.Generic;
using System.Threading;
using LightningOps.Re2;

namespace LightningOps.Compile.Aperture;

/// <summary>Two rules that one request may both match, by their places in the sort order.</summary>
/// <param name="First">The smaller place.</param>
/// <param name="Second">The greater place.</param>
/// <param name="Relation">Relation of the requests of the first to those of the second; never disjoint.</param>
internal readonly record struct RulePair(int First, int Second, Relation Relation);

/// <summary>
/// Finds every pair of rules that some request may match both of, with the relation of their requests. A pair is
/// found from the simpler of its two paths: a literal looks up its equals, the prefixes it begins with and the
/// automata that accept it; a prefix the prefixes around it and the automata; an automaton the automata.
/// </summary>
internal sealed class RulePairs
{
    private readonly IReadOnlyList<RequestPattern> rules;
    private readonly AnalysisBudget budget;
    private readonly int max;
    private readonly CancellationToken cancellationToken;
    private readonly List<RulePair> pairs = new();
    private readonly List<int> found = new();
    private readonly Dictionary<(RegularLanguage, RegularLanguage), Relation> known = new();

    private RulePairs(IReadOnlyList<RequestPattern> rules, AnalysisBudget budget, int most, CancellationToken cancellationToken)
    {
        this.rules = rules;
        this.budget = budget;
        this.max = most;
        this.cancellationToken = cancellationToken;
    }

    /// <summary>Whether the pairs or the work exceeded their bound, so that some pairs are missing.</summary>
    public bool IsIncomplete { get; private set; }

    public IReadOnlyList<RulePair> Found => pairs;

    public static RulePairs Find(IReadOnlyList<RequestPattern> rules, AnalysisBudget budget, int most, CancellationToken cancellationToken)
    {
        var finder = new RulePairs(rules, budget, most, cancellationToken);
        var hosts = HostClasses.Create(rules);
        foreach (var host in hosts.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (host.Places.Count > 1 && !finder.IsIncomplete)
            {
                finder.PairWithin(host);
            }
        }

        foreach (var pair in hosts.MeetingPairs(budget))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (finder.IsIncomplete)
            {
                break;
            }

            finder.PairAcross(pair.First, pair.Second, pair.Relation, evenly: true);
            finder.PairAcross(pair.Second, pair.First, Relations.Reverse(pair.Relation), evenly: false);
        }

        return finder;
    }

    private void PairWithin(HostClass host)
    {
        var index = host.Paths(rules);
        if (index.HasOnlyDistinctLiterals)
        {
            IsIncomplete = !budget.TrySpend(host.Places.Count);
            return;
        }

        foreach (var place in host.Places)
        {
            // A thousand rules of one pattern are a million candidates. Finding them costs as much as keeping them.
            if (IsIncomplete)
            {
                return;
            }

            Collect(place, index, evenly: true, isWithin: true);
            foreach (var other in found)
            {
                if (other != place && (other > place || IsFoundOnce(rules[place], rules[other])))
                {
                    Add(place, other, Relation.Equal);
                }
            }
        }
    }

    private void PairAcross(HostClass host, HostClass otherHost, Relation relation, bool evenly)
    {
        var index = otherHost.Paths(rules);
        if (!evenly && index.HasOnlyLiterals)
        {
            return;
        }

        foreach (var place in host.Places)
        {
            if (IsIncomplete)
            {
                return;
            }

            Collect(place, index, evenly, isWithin: false);
            foreach (var other in found)
            {
                if (evenly || IsFoundOnce(rules[place], rules[other]))
                {
                    Add(place, other, relation);
                }
            }
        }
    }

    /// <summary>Whether a pair is found only from its first rule, not from both.</summary>
    private static bool IsFoundOnce(RequestPattern rule, RequestPattern other) =>
        rule.Shape != other.Shape || (rule.Shape == PathComplexity.Prefix && rule.PathText.Length != other.PathText.Length);

    /// <summary>Rules of the index whose paths may meet the rule's and are not simpler.</summary>
    private void Collect(int place, PathIndex index, bool evenly, bool isWithin)
    {
        var rule = rules[place];
        found.Clear();
        if (!budget.TrySpend(1))
        {
            IsIncomplete = true;
            return;
        }

        switch (rule.Shape)
        {
            case PathComplexity.Literal:
                if (evenly)
                {
                    index.FindLiterals(rule.PathText, found);
                }

                index.FindPrefixes(rule.PathText, found);
                index.FindGeneralMatching(rule.PathText, found, budget);
                break;
            case PathComplexity.Prefix:
                // Prefixes are found from the longer stem, so from either side of a pair of hosts.
                index.FindPrefixes(rule.PathText, found);
                index.FindGeneralMeeting(rule.PathText, string.Empty, found);
                break;
            default:
                if (isWithin)
                {
                    index.FindGeneralMeeting(place, found);
                }
                else if (evenly)
                {
                    index.FindGeneralMeeting(rule.Path.BeginsWith, rule.Path.EndsWith, found);
                }

                break;
        }
    }

    private void Add(int place, int other, Relation host)
    {
        // Every relation can cost a whole product of automata.
        cancellationToken.ThrowIfCancellationRequested();
        if (pairs.Count >= max || !budget.TrySpend(1))
        {
            IsIncomplete = true;
            return;
        }

        var relation = Relations.ForRequests(host, RelatePaths(rules[place], rules[other]));
        if (relation != Relation.Disjoint)
        {
            pairs.Add(place < other
                ? new RulePair(place, other, relation)
                : new RulePair(other, place, Relations.Reverse(relation)));
        }
    }

    private Relation RelatePaths(RequestPattern rule, RequestPattern other)
    {
        if (rule.Shape != PathComplexity.General && other.Shape != PathComplexity.General)
        {
            if (rule.Shape == other.Shape && rule.PathText == other.PathText)
            {
                return Relation.Equal;
            }

            // The other is a prefix of this one.
            return Relation.Inside;
        }

        if (rule.Path.Uses < 2 && other.Path.Uses < 2)
        {
            return rule.Path.Language.Relate(other.Path.Language, budget);
        }

        // Paths of many rules with the same few expressions are compared once.
        var key = (rule.Path.Language, other.Path.Language);
        if (!known.TryGetValue(key, out var relation))
        {
            known.Add(key, relation = rule.Path.Language.Relate(other.Path.Language, budget));
        }

        return relation;
    }
}

/// <summary>Arithmetic of relations.</summary>
internal static class Relations
{
    /// <summary>The relation of requests, from those of hosts and of paths. A request matches when both match.</summary>
    public static Relation ForRequests(Relation host, Relation path)
    {
        if (host == Relation.Disjoint || path == Relation.Disjoint)
        {
            return Relation.Disjoint;
        }

        if (host == Relation.Unknown || path == Relation.Unknown)
        {
            return Relation.Unknown;
        }

        if (host == Relation.Equal)
        {
            return path;
        }

        return path == Relation.Equal || path == host ? host : Relation.Overlaps;
    }

    public static Relation Reverse(Relation relation) => relation switch
    {
        Relation.Inside => Relation.Contains,
        Relation.Contains => Relation.Inside,
        _ => relation,
    };
}
