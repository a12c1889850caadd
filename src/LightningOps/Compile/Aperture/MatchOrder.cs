using System;
using System.Collections.Generic;
using LightningOps.Re2;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// Puts rules into match order: priority, then at equal priority the narrower language, then the sort key
/// (docs/reference/compile.md#order).
/// </summary>
internal static class MatchOrder
{
    /// <summary>The rule at each place of the match order, as its place in the sort order.</summary>
    /// <remarks>
    ///  The sort order is a match order except for pairs in the wrong order. In each such pair the wider rule waits
    /// for the narrower. That is sufficient: containment is transitive, so a rule that is due and not waiting never
    /// precedes a narrower one.
    /// </remarks>
    public static int[] Compute(IReadOnlyList<ApertureRule> sorted, IReadOnlyList<RulePair> pairs)
    {
        var order = new int[sorted.Count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        var waiting = new Dictionary<int, List<int>>();
        var waitsFor = new Dictionary<int, int>();
        foreach (var pair in pairs)
        {
            // First precedes Second in the sort order, which is wrong when it is the wider one.
            if (pair.Relation == Relation.Contains && sorted[pair.First].Priority == sorted[pair.Second].Priority)
            {
                if (!waiting.TryGetValue(pair.Second, out var wider))
                {
                    waiting.Add(pair.Second, wider = new List<int>(1));
                }

                wider.Add(pair.First);
                waitsFor.TryGetValue(pair.First, out var count);
                waitsFor[pair.First] = count + 1;
            }
        }

        if (waiting.Count > 0)
        {
            Resolve(order, waiting, waitsFor);
        }

        return order;
    }

    private static void Resolve(int[] order, Dictionary<int, List<int>> waiting, Dictionary<int, int> waitsFor)
    {
        // A released rule is due at once when its place has been passed; the smallest such rule goes first.
        var due = new SortedSet<int>();
        var next = 0;
        for (var written = 0; written < order.Length;)
        {
            int place;
            if (due.Count > 0)
            {
                place = due.Min;
                due.Remove(place);
            }
            else
            {
                place = next++;
                if (waitsFor.ContainsKey(place))
                {
                    continue;
                }
            }

            order[written++] = place;
            if (!waiting.TryGetValue(place, out var wider))
            {
                continue;
            }

            foreach (var released in wider)
            {
                if (--waitsFor[released] == 0)
                {
                    waitsFor.Remove(released);
                    if (released < next)
                    {
                        due.Add(released);
                    }
                }
            }
        }
    }
}
