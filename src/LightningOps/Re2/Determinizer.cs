using System;
using System.Collections.Generic;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>Converts a nondeterministic automaton to a deterministic one by sets of states, within bounds.</summary>
internal sealed class Determinizer
{
    // Classes per state that the bound on states assumes; narrower alphabets may use the room of wider ones.
    private const int TableWidth = 64;

    // State numbers are kept in 16 bits.
    private const int MaxStates = 65_000;

    private readonly Nfa nfa;
    private readonly int maxStates;
    private readonly AnalysisBudget? shared;
    private readonly long maxWork;
    private readonly NfaClosure closure;
    private readonly Alphabet alphabet;
    private readonly int[][] classesBySet;
    private readonly List<int>[] targets;
    private readonly Dictionary<int[], int> numbers = new(IntSequenceComparer.Instance);
    private readonly List<int[]> states = new();
    private readonly List<bool> accepts = new();
    private readonly List<int> table = new();
    private int everything = Dfa.Dead;
    private long work;

    private Determinizer(Nfa nfa, LanguageBounds bounds)
    {
        this.nfa = nfa;
        maxStates = Math.Min(bounds.MaxDfaStates, MaxStates);
        shared = bounds.Shared;
        maxWork = shared is { Exhausted: true } ? Math.Min(bounds.MaxWork, LanguageBounds.LeastWork) : bounds.MaxWork;
        closure = new NfaClosure(nfa);
        alphabet = Alphabet.Create(nfa.Sets, nfa.HasControls ? CodePointSet.Paths : CodePointSet.Universe);
        classesBySet = Array.ConvertAll(nfa.Sets, alphabet.ClassesIn);
        targets = new List<int>[alphabet.Count];
        for (var symbol = 0; symbol < targets.Length; symbol++)
        {
            targets[symbol] = new List<int>();
        }
    }

    /// <summary>
    /// The automaton, or null when it exceeds <paramref name="bounds"/>. The expression must not have word
    /// boundaries. Line anchors count as text anchors, because the universe has no line feed.
    /// </summary>
    public static Dfa? Run(Nfa nfa, LanguageBounds bounds) => new Determinizer(nfa, bounds).Run();

    private Dfa? Run()
    {
        // The start is a separate state: ^ only holds there, so $^ only accepts there.
        var first = closure.From(new[] { nfa.Start }, atBegin: true, out var acceptsAll);
        if (acceptsAll)
        {
            Everything();
        }
        else
        {
            Add(first, closure.AcceptsAtEnd(new[] { nfa.Start }, atBegin: true));
        }

        var isMade = true;
        for (var state = 0; state < states.Count && isMade; state++)
        {
            isMade = Expand(state);
        }

        // Counted even if it was in vain. An automaton that uses up the rest is still made.
        shared?.TrySpend(work);
        if (!isMade)
        {
            return null;
        }

        return Dfa.FromTable(alphabet, table, accepts, 0);
    }

    private bool Expand(int state)
    {
        foreach (var member in states[state])
        {
            if (nfa.Steps[member] != NfaStep.Read)
            {
                continue;
            }

            var symbols = classesBySet[nfa.Other[member]];
            work += symbols.Length;
            foreach (var symbol in symbols)
            {
                targets[symbol].Add(nfa.Next[member]);
            }
        }

        for (var symbol = 0; symbol < targets.Length; symbol++)
        {
            if (state != everything)
            {
                table[(state * alphabet.Count) + symbol] = Target(targets[symbol]);
                targets[symbol].Clear();
            }

            if (work > maxWork || states.Count > maxStates ||
                table.Count > maxStates * TableWidth)
            {
                return false;
            }
        }

        return true;
    }

    private int Target(List<int> members)
    {
        work++;
        if (members.Count == 0)
        {
            return Dfa.Dead;
        }

        var set = closure.From(members, atBegin: false, out var acceptsAll);
        work += closure.LastWork;
        if (acceptsAll)
        {
            return Everything();
        }

        if (set.Length == 0)
        {
            return Dfa.Dead;
        }

        return numbers.TryGetValue(set, out var number) ? number : Number(set);
    }

    private int Number(int[] set)
    {
        var number = Add(set, closure.AcceptsAtEnd(set, atBegin: false));
        numbers.Add(set, number);
        return number;
    }

    private int Everything()
    {
        if (everything == Dfa.Dead)
        {
            everything = Add(Array.Empty<int>(), accepts: true);
            for (var symbol = 0; symbol < alphabet.Count; symbol++)
            {
                table[(everything * alphabet.Count) + symbol] = everything;
            }
        }

        return everything;
    }

    private int Add(int[] set, bool accepts)
    {
        states.Add(set);
        this.accepts.Add(accepts);
        for (var symbol = 0; symbol < alphabet.Count; symbol++)
        {
            table.Add(Dfa.Dead);
        }

        return states.Count - 1;
    }
}
