using System;
using System.Collections.Generic;

namespace LightningOps.Compile.Languages;

/// <summary>
/// The states of several nondeterministic automata under one numbering, and the ways between them that read nothing.
/// A member that accepts whatever follows is kept as that one state.
/// </summary>
internal sealed class UnionClosure
{
    private readonly List<NfaStep> _steps = new();
    private readonly List<int> _next = new();
    private readonly List<int> _other = new();
    private readonly List<int> _owners = new();
    private readonly List<int> _starts = new();
    private readonly List<CodePointSet> _sets = new();
    private readonly int[] _seenAt;
    private readonly int[] _doneAt;
    private readonly Stack<int> _pending = new();
    private int _round;

    /// <summary>Numbers the states of <paramref name="members"/> one member after the other.</summary>
    public UnionClosure(IReadOnlyList<Nfa> members)
    {
        var setIndex = new Dictionary<CodePointSet, int>();
        for (var member = 0; member < members.Count; member++)
        {
            var nfa = members[member];
            var offset = _steps.Count;
            var sets = Array.ConvertAll(nfa.Sets, set => IndexOf(setIndex, set));
            for (var state = 0; state < nfa.Count; state++)
            {
                var step = nfa.Steps[state];
                var other = nfa.Other[state];
                _steps.Add(step);
                _next.Add(nfa.Next[state] + offset);
                _other.Add(step == NfaStep.Read ? sets[other] : step == NfaStep.Split ? other + offset : other);
                _owners.Add(member);
            }

            _starts.Add(nfa.Start + offset);
        }

        _seenAt = new int[_steps.Count];
        _doneAt = new int[members.Count];
    }

    /// <summary>The distinct sets that are read.</summary>
    public IReadOnlyList<CodePointSet> Sets => _sets;

    /// <summary>The set that a state reads, or -1.</summary>
    public int SetOf(int state) => _steps[state] == NfaStep.Read ? _other[state] : -1;

    /// <summary>True for a state that accepts whatever follows.</summary>
    public bool ReadsAny(int state) => _steps[state] == NfaStep.AcceptAll;

    /// <summary>The state after a read.</summary>
    public int NextOf(int state) => ReadsAny(state) ? state : _next[state];

    /// <summary>The states at the beginning of a text.</summary>
    public int[] Start() => Close(_starts, atBegin: true);

    /// <summary>The states within a text, from those that reads led to; sorted.</summary>
    public int[] From(List<int> targets) => Close(targets, atBegin: false);

    /// <summary>The members that accept a text that ends here.</summary>
    public int[] AcceptingAtEnd(int[] set, bool atBegin)
    {
        var accepting = new SortedSet<int>();
        _round++;
        foreach (var state in set)
        {
            Visit(state);
        }

        while (_pending.Count > 0)
        {
            var state = _pending.Pop();
            if (ReadsAny(state))
            {
                accepting.Add(_owners[state]);
            }
            else if (_steps[state] == NfaStep.Split || (_steps[state] == NfaStep.Assert && (atBegin || !IsBegin(state))))
            {
                Follow(state);
            }
        }

        var result = new int[accepting.Count];
        accepting.CopyTo(result);
        return result;
    }

    private int IndexOf(Dictionary<CodePointSet, int> setIndex, CodePointSet set)
    {
        if (!setIndex.TryGetValue(set, out var index))
        {
            index = _sets.Count;
            _sets.Add(set);
            setIndex.Add(set, index);
        }

        return index;
    }

    private int[] Close(List<int> from, bool atBegin)
    {
        var kept = new List<int>();
        _round++;
        foreach (var state in from)
        {
            Visit(state);
        }

        while (_pending.Count > 0)
        {
            var state = _pending.Pop();
            switch (_steps[state])
            {
                case NfaStep.Split:
                    Follow(state);
                    break;
                case NfaStep.Assert when IsBegin(state):
                    if (atBegin)
                    {
                        Follow(state);
                    }

                    break;
                case NfaStep.AcceptAll:
                    _doneAt[_owners[state]] = _round;
                    kept.Add(state);
                    break;
                default:
                    kept.Add(state);
                    break;
            }
        }

        kept.RemoveAll(state => _doneAt[_owners[state]] == _round && !ReadsAny(state));
        var set = kept.ToArray();
        Array.Sort(set);
        return set;
    }

    private bool IsBegin(int state) =>
        _other[state] is (int)Re2AssertionKind.BeginText or (int)Re2AssertionKind.BeginLine;

    private void Follow(int state)
    {
        Visit(_next[state]);
        if (_steps[state] == NfaStep.Split)
        {
            Visit(_other[state]);
        }
    }

    private void Visit(int state)
    {
        if (_seenAt[state] != _round)
        {
            _seenAt[state] = _round;
            _pending.Push(state);
        }
    }
}
