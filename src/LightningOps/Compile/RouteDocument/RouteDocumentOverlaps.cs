using System;
using System.Collections.Generic;
using System.Threading;

namespace LightningOps.Compile.RouteDocument;

/// <summary>
/// Finds the pairs of rules on one host whose paths overlap by the older service's rules, without comparing every
/// pair. Only a prefix, a regular expression or a catch-all overlaps anything except its equal.
/// </summary>
internal sealed class RouteDocumentOverlaps
{
    // Nobody reads diagnostics of more pairs than this; the rest is cut off and reported as such.
    private const int MaxPairs = 2_000_000;

    private readonly IReadOnlyList<RouteDocumentRule> rules;
    private readonly List<(int Earlier, int Later)> pairs = new();

    private RouteDocumentOverlaps(IReadOnlyList<RouteDocumentRule> rules) => this.rules = rules;

    /// <summary>Pairs of places in <paramref name="rules"/>, in order, and whether some were left out.</summary>
    public static (IReadOnlyList<(int Earlier, int Later)> Pairs, bool Cut) Find(IReadOnlyList<RouteDocumentRule> rules, CancellationToken cancellationToken)
    {
        var overlaps = new RouteDocumentOverlaps(rules);
        var byHost = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var i = 0; i < rules.Count; i++)
        {
            if (!byHost.TryGetValue(rules[i].Host, out var onHost))
            {
                byHost.Add(rules[i].Host, onHost = new List<int>());
            }

            onHost.Add(i);
        }

        var cut = false;
        foreach (var onHost in byHost.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            cut |= !overlaps.AddHost(onHost);
        }

        overlaps.pairs.Sort();
        return (overlaps.pairs, cut);
    }

    private bool AddHost(List<int> onHost)
    {
        int[]? byPath = null;
        var seen = new HashSet<(int, int)>();
        foreach (var index in onHost)
        {
            var rule = rules[index];
            if (rule.Kind == PathKind.Exact)
            {
                continue;
            }

            var partners = rule.Kind == PathKind.Prefix
                ? StartingWith(rule.Stem, byPath ??= SortByPath(onHost))
                : onHost;
            foreach (var other in partners)
            {
                if (other != index && rules[other].Path != rule.Path)
                {
                    seen.Add(index < other ? (index, other) : (other, index));
                }

                if (pairs.Count + seen.Count > MaxPairs)
                {
                    pairs.AddRange(seen);
                    return false;
                }
            }
        }

        pairs.AddRange(seen);
        return true;
    }

    private int[] SortByPath(List<int> onHost)
    {
        var sorted = onHost.ToArray();
        Array.Sort(sorted, (x, y) => string.CompareOrdinal(rules[x].Path, rules[y].Path));
        return sorted;
    }

    private IEnumerable<int> StartingWith(string stem, int[] byPath)
    {
        var low = 0;
        var high = byPath.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(rules[byPath[middle]].Path, stem) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        for (; low < byPath.Length && rules[byPath[low]].Path.StartsWith(stem, StringComparison.Ordinal); low++)
        {
            yield return byPath[low];
        }
    }
}
