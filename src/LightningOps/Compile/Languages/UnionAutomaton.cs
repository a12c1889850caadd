using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Compile.Languages;

/// <summary>
/// The automata of many expressions side by side as one, made deterministic only along the texts that are matched,
/// with a bound on what is kept.
/// </summary>
internal sealed class UnionAutomaton
{
    private const int NotMade = -2;
    private const int MaxRestarts = 16;

    private readonly IReadOnlyList<(int Index, Nfa Nfa)> _members;
    private readonly UnionClosure _closure;
    private readonly Alphabet _alphabet;
    private readonly bool[][] _hasClass;
    private readonly long _maxKept;
    private readonly Dictionary<int[], int> _numbers = new(IntSequenceComparer.Instance);
    private readonly List<State> _states = new();
    private long _kept;
    private int _restarts;

    /// <summary>The automaton of the given members; their indexes are what it answers with.</summary>
    public UnionAutomaton(IReadOnlyList<(int Index, Nfa Nfa)> members, long maxKept)
    {
        _members = members;
        _maxKept = maxKept;
        _closure = new UnionClosure(members.Select(member => member.Nfa).ToArray());
        _alphabet = Alphabet.Of(_closure.Sets);
        _hasClass = _closure.Sets.Select(ToTable).ToArray();
    }

    /// <summary>The indexes of the members.</summary>
    public IEnumerable<int> Owners => _members.Select(member => member.Index);

    /// <summary>True when too much had to be thrown away too often: nothing is matched here any more.</summary>
    public bool IsAbandoned => _restarts > MaxRestarts;

    /// <summary>Adds the indexes of the members that accept <paramref name="text"/>; false when abandoned.</summary>
    public bool TryMatch(string text, List<int> found)
    {
        if (_members.Count == 0)
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
            var symbol = _alphabet.ClassOf(CodePoints.At(text, ref i));
            var number = state.Next[symbol];
            if (number == NotMade)
            {
                number = Make(state, symbol);
                if (IsAbandoned)
                {
                    return false;
                }
            }

            state = _states[number];
        }

        foreach (var member in state.Accepting ??= _closure.AcceptingAtEnd(state.Set, state.IsStart))
        {
            found.Add(_members[member].Index);
        }

        return true;
    }

    private bool[] ToTable(CodePointSet set)
    {
        var table = new bool[_alphabet.Count];
        foreach (var symbol in _alphabet.ClassesIn(set))
        {
            table[symbol] = true;
        }

        return table;
    }

    private State Start()
    {
        if (_states.Count == 0)
        {
            Add(_closure.Start(), isStart: true);
        }

        return _states[0];
    }

    private int Make(State state, int symbol)
    {
        var targets = new List<int>();
        foreach (var member in state.Set)
        {
            if (_closure.ReadsAny(member) || (_closure.SetOf(member) is var set && set >= 0 && _hasClass[set][symbol]))
            {
                targets.Add(_closure.NextOf(member));
            }
        }

        var next = _closure.From(targets);
        if (_kept > _maxKept)
        {
            // Begin anew; the state at hand lives on until the text ends.
            _restarts++;
            _kept = 0;
            _numbers.Clear();
            _states.Clear();
            Start();
            return Number(next);
        }

        return state.Next[symbol] = Number(next);
    }

    private int Number(int[] set) => _numbers.TryGetValue(set, out var number) ? number : Add(set, isStart: false);

    private int Add(int[] set, bool isStart)
    {
        var next = new int[_alphabet.Count];
        for (var symbol = 0; symbol < next.Length; symbol++)
        {
            next[symbol] = NotMade;
        }

        _states.Add(new State(set, next, isStart));
        _kept += set.Length + next.Length;
        if (!isStart)
        {
            _numbers.Add(set, _states.Count - 1);
        }

        return _states.Count - 1;
    }

    private sealed class State(int[] set, int[] next, bool isStart)
    {
        public int[] Set { get; } = set;

        public int[] Next { get; } = next;

        public bool IsStart { get; } = isStart;

        public int[]? Accepting { get; set; }
    }
}
