using System;
using System.Collections.Generic;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// The states of several nondeterministic automata with a common numbering, and the transitions between them that
/// read nothing. A member that accepts any continuation is kept as that one state.
/// </summary>
internal sealed class UnionClosure
{
    private readonly List<NfaStep> steps = new();
    private readonly List<int> next = new();
    private readonly List<int> other = new();
    private readonly List<int> owners = new();
    private readonly List<int> starts = new();
    private readonly List<CodePointSet> sets = new();
    private readonly int[] seenAt;
    private readonly int[] doneAt;
    private readonly Stack<int> pending = new();
    private int round;

    /// <summary>Numbers the states of <paramref name="members"/> one member after the other.</summary>
    public UnionClosure(IReadOnlyList<Nfa> members)
    {
        var setIndex = new Dictionary<CodePointSet, int>();
        for (var member = 0; member < members.Count; member++)
        {
            var nfa = members[member];
            var offset = steps.Count;
            var sets = Array.ConvertAll(nfa.Sets, set => GetOrAddSet(setIndex, set));
            for (var state = 0; state < nfa.Count; state++)
            {
                var step = nfa.Steps[state];
                var other = nfa.Other[state];
                steps.Add(step);
                next.Add(nfa.Next[state] + offset);
                this.other.Add(step == NfaStep.Read ? sets[other] : step == NfaStep.Split ? other + offset : other);
                owners.Add(member);
            }

            starts.Add(nfa.Start + offset);
        }

        seenAt = new int[steps.Count];
        doneAt = new int[members.Count];
    }

    /// <summary>The distinct sets that are read.</summary>
    public IReadOnlyList<CodePointSet> Sets => sets;

    /// <summary>The set that a state reads, or -1.</summary>
    public int GetSet(int state) => steps[state] == NfaStep.Read ? other[state] : -1;

    /// <summary>True for a state that accepts any continuation.</summary>
    public bool ReadsAny(int state) => steps[state] == NfaStep.AcceptAll;

    /// <summary>The state after a read.</summary>
    public int GetNext(int state) => ReadsAny(state) ? state : next[state];

    /// <summary>The states at the beginning of a text.</summary>
    public int[] Start() => Close(starts, atBegin: true);

    /// <summary>The states within a text, from those that reads led to; sorted.</summary>
    public int[] From(List<int> targets) => Close(targets, atBegin: false);

    /// <summary>The members that accept a text that ends here.</summary>
    public int[] AcceptingAtEnd(int[] set, bool atBegin)
    {
        var accepting = new SortedSet<int>();
        round++;
        foreach (var state in set)
        {
            Visit(state);
        }

        while (pending.Count > 0)
        {
            var state = pending.Pop();
            if (ReadsAny(state))
            {
                accepting.Add(owners[state]);
            }
            else if (steps[state] == NfaStep.Split || (steps[state] == NfaStep.Assert && (atBegin || !IsBegin(state))))
            {
                Follow(state);
            }
        }

        var result = new int[accepting.Count];
        accepting.CopyTo(result);
        return result;
    }

    private int GetOrAddSet(Dictionary<CodePointSet, int> setIndex, CodePointSet set)
    {
        if (!setIndex.TryGetValue(set, out var index))
        {
            index = sets.Count;
            sets.Add(set);
            setIndex.Add(set, index);
        }

        return index;
    }

    private int[] Close(List<int> from, bool atBegin)
    {
        var kept = new List<int>();
        round++;
        foreach (var state in from)
        {
            Visit(state);
        }

        while (pending.Count > 0)
        {
            var state = pending.Pop();
            switch (steps[state])
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
                    doneAt[owners[state]] = round;
                    kept.Add(state);
                    break;
                default:
                    kept.Add(state);
                    break;
            }
        }

        kept.RemoveAll(state => doneAt[owners[state]] == round && !ReadsAny(state));
        var set = kept.ToArray();
        Array.Sort(set);
        return set;
    }

    private bool IsBegin(int state) =>
        other[state] is (int)Re2AssertionKind.BeginText or (int)Re2AssertionKind.BeginLine;

    private void Follow(int state)
    {
        Visit(next[state]);
        if (steps[state] == NfaStep.Split)
        {
            Visit(other[state]);
        }
    }

    private void Visit(int state)
    {
        if (seenAt[state] != round)
        {
            seenAt[state] = round;
            pending.Push(state);
        }
    }
}
