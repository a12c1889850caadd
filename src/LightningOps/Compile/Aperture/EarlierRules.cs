using System;
using System.Collections.Generic;
using LightningOps.Re2;

namespace LightningOps.Compile.Aperture;

/// <summary>For each place of the match order, the earlier rules that share requests with the rule there.</summary>
internal sealed class EarlierRules
{
    private static readonly IReadOnlyList<(ApertureRule Rule, Relation Relation)> None = Array.Empty<(ApertureRule Rule, Relation Relation)>();

    private readonly IReadOnlyList<ApertureRule> sorted;
    private readonly int[] order;
    private readonly int[] starts;
    private readonly (int Earlier, Relation Relation)[] entries;

    public EarlierRules(IReadOnlyList<ApertureRule> sorted, int[] order, IReadOnlyList<RulePair> pairs)
    {
        this.sorted = sorted;
        this.order = order;
        var position = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            position[order[i]] = i;
        }

        // Counted, then placed, so that one array serves any number of pairs.
        starts = new int[order.Length + 1];
        foreach (var pair in pairs)
        {
            starts[Math.Max(position[pair.First], position[pair.Second]) + 1]++;
        }

        for (var i = 0; i < order.Length; i++)
        {
            starts[i + 1] += starts[i];
        }

        entries = new (int, Relation)[pairs.Count];
        var next = (int[])starts.Clone();
        foreach (var pair in pairs)
        {
            var first = position[pair.First];
            var second = position[pair.Second];
            var entry = first < second ? (first, pair.Relation) : (second, Relations.Reverse(pair.Relation));
            entries[next[Math.Max(first, second)]++] = entry;
        }
    }

    /// <summary>In match order, each with the relation of its requests to those of the rule at <paramref name="place"/>.</summary>
    public IReadOnlyList<(ApertureRule Rule, Relation Relation)> GetFor(int place)
    {
        var count = starts[place + 1] - starts[place];
        if (count == 0)
        {
            return None;
        }

        Array.Sort(entries, starts[place], count);
        var earlier = new (ApertureRule Rule, Relation Relation)[count];
        for (var i = 0; i < count; i++)
        {
            var (at, relation) = entries[starts[place] + i];
            earlier[i] = (sorted[order[at]], relation);
        }

        return earlier;
    }
}
