using System;
using System.Collections.Generic;

namespace LightningOps.Compile.Aperture;

/// <summary>A route to be ordered: its patterns, the kind of its path language, its sort key.</summary>
internal sealed class ApertureRule : RequestPattern
{
    private const int KindsOfPaths = 16;

    public ApertureRule(CandidateRoute candidate, PatternTable patterns)
        : base(patterns.Host(candidate.Route.HostPattern), patterns.Path(candidate.Route.PathPattern))
    {
        Candidate = candidate;
        PathKind = PatternKind.GetPathKind(candidate.Path);
        HostSpecificity = PatternKind.HostSpecificity(candidate.Host);
        ServiceName = LightningOps.Compile.ServiceName.For(candidate);
    }

    public CandidateRoute Candidate { get; }

    public string ServiceName { get; }

    public long Priority => Candidate.Route.Priority;

    public string PaywallId => Candidate.Paywall.PaywallId;

    public string RouteId => Candidate.Route.RouteId;

    /// <summary>The route in a message. Its id is unique in its paywall only.</summary>
    public string Place => "route " + RouteId + " of paywall " + PaywallId;

    private PathKind PathKind { get; }

    private int HostSpecificity { get; }

    /// <summary>Sorts by priority, then by the older service's key with ordinal comparison (docs/reference/compile.md#order).</summary>
    public static void Sort(ApertureRule[] rules)
    {
        // Only the places move, with the keys beside them. Following every rule to its texts would dominate the sort.
        var skip = CommonPrefix(rules);
        var keys = Array.ConvertAll(rules, rule => new SortKey(rule, skip));
        var places = new int[rules.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = i;
        }

        Array.Sort(places, (x, y) => SortKey.Compare(keys[x], keys[y]));
        for (var i = 0; i < places.Length; i++)
        {
            rules[i] = keys[places[i]].Rule;
        }
    }

    // Length of the common prefix of all paths.
    private static int CommonPrefix(ApertureRule[] rules)
    {
        if (rules.Length == 0)
        {
            return 0;
        }

        var first = rules[0].Candidate.Path;
        var common = first.Length;
        foreach (var rule in rules)
        {
            var path = rule.Candidate.Path;
            var length = Math.Min(common, path.Length);
            if (string.CompareOrdinal(first, 0, path, 0, length) == 0)
            {
                common = length;
                continue;
            }

            for (common = 0; common < length && first[common] == path[common];)
            {
                common++;
            }
        }

        return common;
    }

    private static int CompareLast(ApertureRule x, ApertureRule y)
    {
        var order = string.CompareOrdinal(x.PaywallId, y.PaywallId);
        order = order != 0 ? order : string.CompareOrdinal(x.RouteId, y.RouteId);
        order = order != 0 ? order : string.CompareOrdinal(x.Candidate.UpstreamUrl, y.Candidate.UpstreamUrl);
        return order != 0 ? order : x.Candidate.Paywall.Policy.FixedAmountMsats.CompareTo(y.Candidate.Paywall.Policy.FixedAmountMsats);
    }

    private readonly struct SortKey
    {
        private readonly long priority;
        private readonly int kind;
        private readonly ulong head;
        private readonly string host;
        private readonly string path;

        public SortKey(ApertureRule rule, int skip)
        {
            Rule = rule;
            priority = rule.Priority;
            kind = -((rule.HostSpecificity * KindsOfPaths) + (int)rule.PathKind);
            host = rule.Candidate.Host;
            path = rule.Candidate.Path;
            head = TextOrder.Key(path, skip);
        }

        public ApertureRule Rule { get; }

        public static int Compare(in SortKey x, in SortKey y)
        {
            var order = x.priority.CompareTo(y.priority);
            order = order != 0 ? order : x.kind.CompareTo(y.kind);
            order = order != 0 || ReferenceEquals(x.host, y.host) ? order : string.CompareOrdinal(x.host, y.host);
            order = order != 0 ? order : x.head.CompareTo(y.head);
            order = order != 0 ? order : string.CompareOrdinal(x.path, y.path);
            return order != 0 ? order : CompareLast(x.Rule, y.Rule);
        }
    }
}
