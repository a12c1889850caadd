using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>The automata of many expressions as one, made deterministic only along the matched texts, with a bound on its cache.</summary>
internal sealed class UnionAutomaton
{
    private const int NotMade = -2;
    private const int MaxRestarts = 16;

    private readonly IReadOnlyList<(int Index, Nfa Nfa)> members;
    private readonly UnionClosure closure;
    private readonly Alphabet alphabet;
    private readonly bool[][] hasClass;
    private readonly long maxKept;
    private readonly Dictionary<int[], int> numbers = new(IntSequenceComparer.Instance);
    private readonly List<State> states = new();
    private long kept;
    private int restarts;

    /// <summary>The automaton of the given members, which are identified by their indexes.</summary>
    public UnionAutomaton(IReadOnlyList<(int Index, Nfa Nfa)> members, long maxKept)
    {
        this.members = members;
        this.maxKept = maxKept;
        closure = new UnionClosure(members.Select(member => member.Nfa).ToArray());
        alphabet = Alphabet.Create(closure.Sets);
        hasClass = closure.Sets.Select(ToTable).ToArray();
    }

    /// <summary>The indexes of the members.</summary>
    public IEnumerable<int> Owners => members.Select(member => member.Index);

    /// <summary>True when it had to restart too often; it then no longer matches.</summary>
    public bool IsAbandoned => restarts > MaxRestarts;

    /// <summary>Adds the indexes of the members that accept <paramref name="text"/>; false when abandoned.</summary>
    public bool TryMatch(string text, List<int> found)
    {
        if (members.Count == 0)
        {
            return true;
        }

        if (IsAbandoned)
        {
            return false;
        }

        var state = Start();
        for (var i = 0; i < text.Length && state.Set.Length > 0; i++)
        {
            var symbol = alphabet.GetClass(CodePoints.At(text, ref i));
            var number = state.Next[symbol];
            if (number == NotMade)
            {
                number = Make(state, symbol);
                if (IsAbandoned)
                {
                    return false;
                }
            }

            state = states[number];
        }

        foreach (var member in state.Accepting ??= closure.AcceptingAtEnd(state.Set, state.IsStart))
        {
            found.Add(members[member].Index);
        }

        return true;
    }

    private bool[] ToTable(CodePointSet set)
    {
        var table = new bool[alphabet.Count];
        foreach (var symbol in alphabet.ClassesIn(set))
        {
            table[symbol] = true;
        }

        return table;
    }

    private State Start()
    {
        if (states.Count == 0)
        {
            Add(closure.Start(), isStart: true);
        }

        return states[0];
    }

    private int Make(State state, int symbol)
    {
        var targets = new List<int>();
        foreach (var member in state.Set)
        {
            if (closure.ReadsAny(member) || (closure.GetSet(member) is var set && set >= 0 && hasClass[set][symbol]))
            {
                targets.Add(closure.GetNext(member));
            }
        }

        var next = closure.From(targets);
        if (kept > maxKept)
        {
            // Restart; the current state lives on until the text ends.
            restarts++;
            kept = 0;
            numbers.Clear();
            states.Clear();
            Start();
            return Number(next);
        }

        return state.Next[symbol] = Number(next);
    }

    private int Number(int[] set) => numbers.TryGetValue(set, out var number) ? number : Add(set, isStart: false);

    private int Add(int[] set, bool isStart)
    {
        var next = new int[alphabet.Count];
        for (var symbol = 0; symbol < next.Length; symbol++)
        {
            next[symbol] = NotMade;
        }

        states.Add(new State(set, next, isStart));
        kept += set.Length + next.Length;
        if (!isStart)
        {
            numbers.Add(set, states.Count - 1);
        }

        return states.Count - 1;
    }

    private sealed class State(int[] set, int[] next, bool isStart)
    {
        public int[] Set { get; } = set;

        public int[] Next { get; } = next;

        public bool IsStart { get; } = isStart;

        public int[]? Accepting { get; set; }
    }
}
