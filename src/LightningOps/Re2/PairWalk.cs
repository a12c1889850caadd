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
        if (first is Dfa one && second is Dfa other && one.Start != Dfa.Dead && other.Start != Dfa.Dead)
        {
            (hasFirstOnly, hasSecondOnly) = (TryShortest(one, other), TryShortest(other, one));
            return IsDecided || Walk(new DfaTable(one), new DfaTable(other), budget) ? GetRelation() : Relation.Unknown;
        }

        return Walk(new AnyTable(first), new AnyTable(second), budget) ? GetRelation() : Relation.Unknown;
    }

    private bool IsDecided => hasCommon && hasFirstOnly && hasSecondOnly;

    private Relation GetRelation() =>
        !hasCommon ? Relation.Disjoint
        : hasFirstOnly ? (hasSecondOnly ? Relation.Overlaps : Relation.Contains)
        : hasSecondOnly ? Relation.Inside
        : Relation.Equal;

    // Most languages that overlap show it by a shortest text of each. True when the one has a text that the other has not.
    private bool TryShortest(Dfa one, Dfa other)
    {
        if (!one.NoteComparison())
        {
            return false;
        }

        var text = one.ShortestText();
        var state = other.StateAfter(text);
        if (state == Dfa.Dead)
        {
            return true;
        }

        var isOpen = one.IsUniversal(one.StateAfter(text));
        hasCommon |= isOpen || other.IsAccepting(state);
        return !other.IsAccepting(state) || (isOpen && !other.IsUniversal(state));
    }

    // False when the budget ran out.
    private bool Walk<TFirst, TSecond>(TFirst one, TSecond other, AnalysisBudget budget)
        where TFirst : struct, ITable
        where TSecond : struct, ITable
    {
        Visit(one, other, first.Start, second.Start);
        var joint = pending.Count == 0 ? null : JoinClasses(first.Alphabet, second.Alphabet, budget);
        while (pending.Count > 0 && !IsDecided)
        {
            if (joint is null || !budget.TrySpend(joint.Count))
            {
                return false;
            }

            var pair = pending.Pop();
            int state = (int)(pair >> 32), otherState = (int)pair;
            foreach (var (symbol, otherSymbol) in joint)
            {
                Visit(one, other, one.Step(state, symbol), other.Step(otherState, otherSymbol));
            }
        }

        return true;
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

    private void Visit<TFirst, TSecond>(TFirst one, TSecond other, int state, int otherState)
        where TFirst : struct, ITable
        where TSecond : struct, ITable
    {
        // Every state leads to acceptance, so one that goes on alone has texts of its own.
        if (state == Dfa.Dead || otherState == Dfa.Dead)
        {
            hasFirstOnly |= state != Dfa.Dead;
            hasSecondOnly |= otherState != Dfa.Dead;
            return;
        }

        bool isOpen = one.IsUniversal(state), isOtherOpen = other.IsUniversal(otherState);
        if (isOpen || isOtherOpen)
        {
            hasCommon = true;
            hasFirstOnly |= !isOtherOpen;
            hasSecondOnly |= !isOpen;
            return;
        }

        var pair = ((long)state << 32) | (uint)otherState;
        if (seen.Add(pair))
        {
            bool isIn = one.IsAccepting(state), isInOther = other.IsAccepting(otherState);
            hasCommon |= isIn && isInOther;
            hasFirstOnly |= isIn && !isInOther;
            hasSecondOnly |= !isIn && isInOther;
            pending.Push(pair);
        }
    }

    // The walk is compiled once for each kind of table, so that the steps of a Dfa are calls of no interface.
    private interface ITable
    {
        int Step(int state, int symbol);

        bool IsAccepting(int state);

        bool IsUniversal(int state);
    }

    private readonly struct DfaTable(Dfa automaton) : ITable
    {
        public int Step(int state, int symbol) => automaton.Step(state, symbol);

        public bool IsAccepting(int state) => automaton.IsAccepting(state);

        public bool IsUniversal(int state) => automaton.IsUniversal(state);
    }

    private readonly struct AnyTable(IAutomaton automaton) : ITable
    {
        public int Step(int state, int symbol) => automaton.Step(state, symbol);

        public bool IsAccepting(int state) => automaton.IsAccepting(state);

        public bool IsUniversal(int state) => automaton.IsUniversal(state);
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
