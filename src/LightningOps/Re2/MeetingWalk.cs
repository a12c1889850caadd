using System;
using System.Collections.Generic;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// Finds which of many expressions may have a common text, in one parallel walk over all their automata. Texts with a
/// common beginning are followed together, and an expression is dropped when it is alone. All characters outside
/// ASCII are one symbol, so a pair that is found is compared exactly afterwards; other pairs have no common text.
/// </summary>
internal sealed class MeetingWalk
{
    private const int Symbols = AsciiSet.Symbols;
    private const int Other = Symbols - 1;

    // A place with few expressions is left as soon as all their pairs are known.
    private const int Few = 6;

    private readonly int maxPairs;
    private readonly List<int> firsts = new();
    private readonly List<Nfa> automata = new();
    private readonly List<int>[] readers = new List<int>[Symbols];
    private readonly List<int> wide = new();
    private readonly Stack<int> reading = new();
    private readonly Stack<int> ending = new();
    private readonly List<int> states = new();
    private readonly List<int> accepting = new();
    private readonly List<int> accepted = new();
    private readonly List<int> targets = new();
    private readonly HashSet<int[]> seen = new(IntSequenceComparer.Instance);
    private readonly Stack<int[]> pending = new();
    private readonly HashSet<long> pairs = new();
    private long steps;
    private int round;
    private int[] owners = [];
    private int[] readAt = [];
    private int[] endAt = [];

    // What a state reads: a symbol, or from Symbols on a place in the sets, of which each is kept once.
    private int[] symbols = [];
    private readonly List<AsciiSet> sets = new();
    private readonly Dictionary<CodePointSet, int> setPlaces = new();

    private MeetingWalk(long maxSteps, int maxPairs)
    {
        steps = maxSteps;
        this.maxPairs = maxPairs;
        for (var symbol = 0; symbol < Symbols; symbol++)
        {
            readers[symbol] = new List<int>();
        }
    }

    /// <summary>
    /// The pairs that may meet, each with the smaller index in its upper half; null when more than <paramref
    /// name="maxSteps"/> steps would be needed, or more than <paramref name="maxPairs"/> pairs exist.
    /// </summary>
    public static IReadOnlyCollection<long>? Find(IReadOnlyList<Nfa> automata, long maxSteps, int maxPairs)
    {
        var walk = new MeetingWalk(maxSteps, maxPairs);
        return walk.Add(automata) && walk.Run() ? walk.pairs : null;
    }

    private bool Add(IReadOnlyList<Nfa> all)
    {
        long count = 0;
        foreach (var automaton in all)
        {
            count += automaton.Count;
        }

        if (count > steps || count > int.MaxValue / 4)
        {
            return false;
        }

        owners = new int[count];
        readAt = new int[count];
        endAt = new int[count];
        symbols = new int[count];
        var first = 0;
        for (var i = 0; i < all.Count; i++)
        {
            firsts.Add(first);
            automata.Add(all[i]);
            Register(all[i], i, first);
            first += all[i].Count;
        }

        return true;
    }

    private void Register(Nfa automaton, int owner, int first)
    {
        for (var state = 0; state < automaton.Count; state++)
        {
            owners[first + state] = owner;
            if (automaton.Steps[state] == NfaStep.Read)
            {
                symbols[first + state] = GetSymbol(automaton.Sets[automaton.Other[state]]);
            }
        }
    }

    private int GetSymbol(CodePointSet set)
    {
        var ranges = set.Ranges;
        if (ranges.Length == 2 && ranges[0] == ranges[1] && ranges[0] < Other)
        {
            return ranges[0];
        }

        if (!setPlaces.TryGetValue(set, out var place))
        {
            setPlaces.Add(set, place = sets.Count);
            sets.Add(AsciiSet.From(set));
        }

        return Symbols + place;
    }

    private bool Run()
    {
        targets.Clear();
        for (var i = 0; i < automata.Count; i++)
        {
            targets.Add(firsts[i] + automata[i].Start);
        }

        Enter(targets, atBegin: true);
        while (pending.Count > 0 && !IsSpent)
        {
            Expand(pending.Pop());
        }

        return !IsSpent;
    }

    private bool IsSpent => steps < 0 || pairs.Count > maxPairs;

    private void Expand(int[] place)
    {
        steps -= place.Length;
        wide.Clear();
        var (ones, all) = (default(AsciiSet), default(AsciiSet));
        foreach (var state in place)
        {
            var symbol = symbols[state];
            if (symbol >= Symbols)
            {
                wide.Add(state);
                all = all.Union(GetSet(state));
            }
            else
            {
                readers[symbol].Add(state);
                ones = ones.Union(AsciiSet.Create(symbol));
            }
        }

        for (var symbol = 0; symbol < Symbols; symbol++)
        {
            if (readers[symbol].Count > 0)
            {
                Follow(symbol, readers[symbol]);
                readers[symbol].Clear();
            }
        }

        all = all.Except(ones);
        while (!all.IsEmpty && !IsSpent)
        {
            var symbol = all.Lowest;
            var group = all;
            foreach (var state in wide)
            {
                var set = GetSet(state);
                group = set.Contains(symbol) ? group.Intersect(set) : group.Except(set);
            }

            steps -= wide.Count;
            Follow(symbol, null);
            all = all.Except(group);
        }
    }

    // The states that read the symbol: those that read only it, and those that also read others.
    private void Follow(int symbol, List<int>? only)
    {
        if (IsSpent)
        {
            return;
        }

        targets.Clear();
        if (only is not null)
        {
            targets.AddRange(only);
        }

        steps -= wide.Count;
        foreach (var state in wide)
        {
            if (GetSet(state).Contains(symbol))
            {
                targets.Add(state);
            }
        }

        if (!AreOfOne(targets))
        {
            for (var i = 0; i < targets.Count; i++)
            {
                var owner = owners[targets[i]];
                targets[i] = firsts[owner] + automata[owner].Next[targets[i] - firsts[owner]];
            }

            Enter(targets, atBegin: false);
        }
    }

    private bool AreOfOne(List<int> some)
    {
        for (var i = 1; i < some.Count; i++)
        {
            if (owners[some[i]] != owners[some[0]])
            {
                return false;
            }
        }

        return true;
    }

    // A state in wide.
    private AsciiSet GetSet(int state) => sets[symbols[state] - Symbols];

    /// <summary>Enters a place with these states: collects the reading states, and the pairs that accept there.</summary>
    private void Enter(List<int> from, bool atBegin)
    {
        round++;
        states.Clear();
        accepting.Clear();
        accepted.Clear();
        foreach (var state in from)
        {
            Close(state, atBegin);
        }

        if (states.Count > 1 || accepting.Count > 0 || accepted.Count > 0)
        {
            Pair();
        }

        if (accepted.Count > 0)
        {
            var done = new HashSet<int>(accepted);
            states.RemoveAll(state => done.Contains(owners[state]));
        }

        if (states.Count < 2)
        {
            return;
        }

        var place = states.ToArray();
        Array.Sort(place);
        if (owners[place[0]] != owners[place[place.Length - 1]] && !AreAllKnown(place) && seen.Add(place))
        {
            pending.Push(place);
        }
    }

    private void Close(int start, bool atBegin)
    {
        VisitReading(start);
        while (reading.Count > 0)
        {
            var state = reading.Pop();
            var owner = owners[state];
            var (automaton, first) = (automata[owner], firsts[owner]);
            steps--;
            switch (automaton.Steps[state - first])
            {
                case NfaStep.Split:
                    VisitReading(first + automaton.Other[state - first]);
                    VisitReading(first + automaton.Next[state - first]);
                    break;
                case NfaStep.AcceptAll:
                    AddOnce(accepted, owner);
                    break;
                case NfaStep.Assert when IsBegin(automaton, state - first):
                    if (atBegin)
                    {
                        VisitReading(first + automaton.Next[state - first]);
                    }

                    break;
                case NfaStep.Assert:
                    VisitEnding(first + automaton.Next[state - first]);
                    break;
                default:
                    states.Add(state);
                    break;
            }
        }

        while (ending.Count > 0)
        {
            var state = ending.Pop();
            var owner = owners[state];
            var (automaton, first) = (automata[owner], firsts[owner]);
            steps--;
            switch (automaton.Steps[state - first])
            {
                case NfaStep.Split:
                    VisitEnding(first + automaton.Other[state - first]);
                    VisitEnding(first + automaton.Next[state - first]);
                    break;
                case NfaStep.AcceptAll:
                    AddOnce(accepting, owner);
                    break;
                case NfaStep.Assert when !IsBegin(automaton, state - first):
                    VisitEnding(first + automaton.Next[state - first]);
                    break;
            }
        }
    }

    private static bool IsBegin(Nfa automaton, int state) =>
        automaton.Other[state] is (int)Re2AssertionKind.BeginText or (int)Re2AssertionKind.BeginLine;

    private void VisitReading(int state)
    {
        if (readAt[state] != round)
        {
            readAt[state] = round;
            reading.Push(state);
        }
    }

    private void VisitEnding(int state)
    {
        if (endAt[state] != round)
        {
            endAt[state] = round;
            ending.Push(state);
        }
    }

    // States of one expression are adjacent, so an owner is added at most once in a row.
    private static void AddOnce(List<int> list, int owner)
    {
        if (list.Count == 0 || list[list.Count - 1] != owner)
        {
            list.Add(owner);
        }
    }

    // Expressions that accept here meet one another. Those that accept any continuation also meet all that read on.
    private void Pair()
    {
        for (var i = 0; i < accepting.Count; i++)
        {
            for (var j = i + 1; j < accepting.Count && !IsSpent; j++)
            {
                AddPair(accepting[i], accepting[j]);
            }
        }

        foreach (var owner in accepted)
        {
            for (var i = 0; i < accepting.Count && !IsSpent; i++)
            {
                AddPair(owner, accepting[i]);
            }

            for (var i = 0; i < accepted.Count && !IsSpent; i++)
            {
                AddPair(owner, accepted[i]);
            }

            for (var i = 0; i < states.Count && !IsSpent; i++)
            {
                AddPair(owner, owners[states[i]]);
            }
        }
    }

    private void AddPair(int one, int other)
    {
        steps--;
        if (one != other)
        {
            pairs.Add(Key(one, other));
        }
    }

    private static long Key(int one, int other) => ((long)Math.Min(one, other) << 32) | (uint)Math.Max(one, other);

    private bool AreAllKnown(int[] place)
    {
        Span<int> few = stackalloc int[Few];
        var count = 0;
        foreach (var state in place)
        {
            if (count == 0 || few[count - 1] != owners[state])
            {
                if (count == Few)
                {
                    return false;
                }

                few[count++] = owners[state];
            }
        }

        for (var i = 0; i < count; i++)
        {
            for (var j = i + 1; j < count; j++)
            {
                if (!pairs.Contains(Key(few[i], few[j])))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
