using System;
using System.Collections.Generic;

namespace LightningOps.Compile.Languages;

/// <summary>Makes the deterministic automaton of a nondeterministic one, by sets of states, within bounds.</summary>
internal sealed class Determinizer
{
    // Classes per state that the bound on states allows for; narrower alphabets may use what wider ones may.
    private const int TableWidth = 64;

    // State numbers are kept in 16 bits.
    private const int MostStates = 65_000;

    private readonly Nfa _nfa;
    private readonly int _maxStates;
    private readonly long _maxWork;
    private readonly NfaClosure _closure;
    private readonly Alphabet _alphabet;
    private readonly int[][] _classesOfSet;
    private readonly List<int>[] _targets;
    private readonly Dictionary<int[], int> _numbers = new(IntSequenceComparer.Instance);
    private readonly List<int[]> _states = new();
    private readonly List<bool> _accepts = new();
    private readonly List<int> _table = new();
    private int _everything = Dfa.Dead;
    private long _work;

    private Determinizer(Nfa nfa, LanguageBounds bounds)
    {
        _nfa = nfa;
        _maxStates = Math.Min(bounds.MaxDfaStates, MostStates);
        _maxWork = bounds.MaxWork;
        _closure = new NfaClosure(nfa);
        _alphabet = Alphabet.Of(nfa.Sets);
        _classesOfSet = Array.ConvertAll(nfa.Sets, _alphabet.ClassesIn);
        _targets = new List<int>[_alphabet.Count];
        for (var symbol = 0; symbol < _targets.Length; symbol++)
        {
            _targets[symbol] = new List<int>();
        }
    }

    /// <summary>
    /// The automaton, or null when it is over <paramref name="bounds"/>. The expression must not have word
    /// boundaries; line anchors are taken as text anchors, the universe having no line feed.
    /// </summary>
    public static Dfa? Run(Nfa nfa, LanguageBounds bounds) => new Determinizer(nfa, bounds).Run();

    private Dfa? Run()
    {
        // The start is a state of its own: only there does ^ hold, so only there does $^ accept.
        var first = _closure.From(new[] { _nfa.Start }, atBegin: true, out var acceptsAll);
        if (acceptsAll)
        {
            Everything();
        }
        else
        {
            Add(first, _closure.AcceptsAtEnd(new[] { _nfa.Start }, atBegin: true));
        }

        for (var state = 0; state < _states.Count; state++)
        {
            if (!Expand(state))
            {
                return null;
            }
        }

        return Dfa.FromTable(_alphabet, _table, _accepts, 0);
    }

    private bool Expand(int state)
    {
        foreach (var member in _states[state])
        {
            if (_nfa.Steps[member] != NfaStep.Read)
            {
                continue;
            }

            var symbols = _classesOfSet[_nfa.Other[member]];
            _work += symbols.Length;
            foreach (var symbol in symbols)
            {
                _targets[symbol].Add(_nfa.Next[member]);
            }
        }

        for (var symbol = 0; symbol < _targets.Length; symbol++)
        {
            if (state != _everything)
            {
                _table[(state * _alphabet.Count) + symbol] = Target(_targets[symbol]);
                _targets[symbol].Clear();
            }

            if (_work > _maxWork || _states.Count > _maxStates ||
                _table.Count > _maxStates * TableWidth)
            {
                return false;
            }
        }

        return true;
    }

    private int Target(List<int> members)
    {
        _work++;
        if (members.Count == 0)
        {
            return Dfa.Dead;
        }

        var set = _closure.From(members, atBegin: false, out var acceptsAll);
        _work += _closure.LastWork;
        if (acceptsAll)
        {
            return Everything();
        }

        if (set.Length == 0)
        {
            return Dfa.Dead;
        }

        return _numbers.TryGetValue(set, out var number) ? number : Number(set);
    }

    private int Number(int[] set)
    {
        var number = Add(set, _closure.AcceptsAtEnd(set, atBegin: false));
        _numbers.Add(set, number);
        return number;
    }

    private int Everything()
    {
        if (_everything == Dfa.Dead)
        {
            _everything = Add(Array.Empty<int>(), accepts: true);
            for (var symbol = 0; symbol < _alphabet.Count; symbol++)
            {
                _table[(_everything * _alphabet.Count) + symbol] = _everything;
            }
        }

        return _everything;
    }

    private int Add(int[] set, bool accepts)
    {
        _states.Add(set);
        _accepts.Add(accepts);
        for (var symbol = 0; symbol < _alphabet.Count; symbol++)
        {
            _table.Add(Dfa.Dead);
        }

        return _states.Count - 1;
    }
}
