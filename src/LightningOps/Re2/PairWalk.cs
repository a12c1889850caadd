using System.Collections.Generic;

namespace LightningOps.Re2;

/// <summary>Walks two automata in parallel, once, to find the relation of their languages.</summary>
internal sealed class PairWalk
{
    private readonly IAutomaton first;
    private readonly IAutomaton second;
    private readonly PairSet seen = new();
    private readonly Stack<long> pending = new();
    private bool hasCommon;
    private bool hasFirstOnly;
    private bool hasSecondOnly;

    private PairWalk(IAutomaton first, IAutomaton second)
    {
        this.first = first;
        this.second = second;
    }

    /// <summary>The relation, or <see cref="Relation.Unknown"/> when the budget ran out.</summary>
    public static Relation Relate(IAutomaton first, IAutomaton second, AnalysisBudget budget) =>
        new PairWalk(first, second).Run(budget);

    private Relation Run(AnalysisBudget budget)
    {
        Visit(first.Start, second.Start);
        var joint = pending.Count == 0 ? null : JoinClasses(first.Alphabet, second.Alphabet, budget);
        while (pending.Count > 0 && !(hasCommon && hasFirstOnly && hasSecondOnly))
        {
            if (joint is null || !budget.TrySpend(joint.Count))
            {
                return Relation.Unknown;
            }

            var pair = pending.Pop();
            int first = (int)(pair >> 32), second = (int)pair;
            foreach (var (symbol, other) in joint)
            {
                Visit(this.first.Step(first, symbol), this.second.Step(second, other));
            }
        }

        return !hasCommon ? Relation.Disjoint
            : hasFirstOnly ? (hasSecondOnly ? Relation.Overlaps : Relation.Contains)
            : hasSecondOnly ? Relation.Inside
            : Relation.Equal;
    }

    // The classes of both that share a code point, each pair once; null when the budget is not sufficient.
    private static List<(int First, int Second)>? JoinClasses(Alphabet first, Alphabet second, AnalysisBudget budget)
    {
        var classes = new List<(int First, int Second)>();
        var isIn = new bool[first.Count * second.Count];
        var starts = 0;
        for (int i = 0, j = 0; i < first.Starts.Length && j < second.Starts.Length; starts++)
        {
            var (one, other) = (first.Classes[i], second.Classes[j]);
            if (one != Alphabet.Outside && other != Alphabet.Outside && !isIn[(one * second.Count) + other])
            {
                isIn[(one * second.Count) + other] = true;
                classes.Add((one, other));
            }

            var next = i + 1 < first.Starts.Length ? first.Starts[i + 1] : int.MaxValue;
            var nextOther = j + 1 < second.Starts.Length ? second.Starts[j + 1] : int.MaxValue;
            i += next <= nextOther ? 1 : 0;
            j += nextOther <= next ? 1 : 0;
        }

        return budget.TrySpend(2L * starts) ? classes : null;
    }

    private void Visit(int first, int second)
    {
        // Every state leads to acceptance, so one that continues alone has texts that the other lacks.
        if (first == Dfa.Dead || second == Dfa.Dead)
        {
            hasFirstOnly |= first != Dfa.Dead;
            hasSecondOnly |= second != Dfa.Dead;
            return;
        }

        if (this.first.IsUniversal(first) || this.second.IsUniversal(second))
        {
            hasCommon = true;
            hasFirstOnly |= !this.second.IsUniversal(second);
            hasSecondOnly |= !this.first.IsUniversal(first);
            return;
        }

        var pair = ((long)first << 32) | (uint)second;
        if (seen.Add(pair))
        {
            var isIn = this.first.IsAccepting(first);
            var isInOther = this.second.IsAccepting(second);
            hasCommon |= isIn && isInOther;
            hasFirstOnly |= isIn && !isInOther;
            hasSecondOnly |= !isIn && isInOther;
            pending.Push(pair);
        }
    }
}

/// <summary>A set of pairs of states, as non-negative numbers.</summary>
internal sealed class PairSet
{
    // The stored value is the number plus one; 0 is an empty place.
    private long[] places = new long[64];
    private int count;

    /// <summary>Adds a pair; false when it was in the set already.</summary>
    public bool Add(long pair)
    {
        if (!Insert(places, pair + 1))
        {
            return false;
        }

        if (++count * 2 > places.Length)
        {
            var larger = new long[places.Length * 4];
            foreach (var stored in places)
            {
                if (stored != 0)
                {
                    Insert(larger, stored);
                }
            }

            places = larger;
        }

        return true;
    }

    private static bool Insert(long[] places, long stored)
    {
        var mask = places.Length - 1;
        var place = (int)(unchecked((ulong)stored * 0x9E3779B97F4A7C15UL) >> 32) & mask;
        while (places[place] != 0)
        {
            if (places[place] == stored)
            {
                return false;
            }

            place = (place + 1) & mask;
        }

        places[place] = stored;
        return true;
    }
}
