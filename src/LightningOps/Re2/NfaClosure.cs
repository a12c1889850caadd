using System;
using System.Collections.Generic;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>Follows transitions of an <see cref="Nfa" /> that read nothing. Not thread-safe, because it reuses its lists.</summary>
internal sealed class NfaClosure(Nfa nfa)
{
    private readonly int[] seenAt = new int[nfa.Count];
    private readonly Stack<int> pending = new();
    private readonly List<int> kept = new();
    private int round;

    /// <summary>Number of states visited by the last call.</summary>
    public int LastWork { get; private set; }

    /// <summary>The states that read or wait for the end, reachable from <paramref name="from"/> without reading; sorted.</summary>
    /// <param name="from">The start states.</param>
    /// <param name="atBegin">True at the beginning of the text.</param>
    /// <param name="acceptsAll">True when a state that accepts any continuation is reached.</param>
    public int[] From(IReadOnlyList<int> from, bool atBegin, out bool acceptsAll)
    {
        Begin(from);
        acceptsAll = false;
        while (pending.Count > 0)
        {
            var state = pending.Pop();
            LastWork++;
            switch (nfa.Steps[state])
            {
                case NfaStep.Split:
                    Visit(nfa.Other[state]);
                    Visit(nfa.Next[state]);
                    break;
                case NfaStep.AcceptAll:
                    acceptsAll = true;
                    pending.Clear();
                    break;
                case NfaStep.Assert when IsBegin(state):
                    if (atBegin)
                    {
                        Visit(nfa.Next[state]);
                    }

                    break;
                default:
                    kept.Add(state);
                    break;
            }
        }

        var set = kept.ToArray();
        Array.Sort(set);
        return set;
    }

    /// <summary>True when a text that ends at <paramref name="from"/> is accepted.</summary>
    public bool AcceptsAtEnd(IReadOnlyList<int> from, bool atBegin)
    {
        Begin(from);
        while (pending.Count > 0)
        {
            var state = pending.Pop();
            switch (nfa.Steps[state])
            {
                case NfaStep.Split:
                    Visit(nfa.Other[state]);
                    Visit(nfa.Next[state]);
                    break;
                case NfaStep.Assert when atBegin || !IsBegin(state):
                    Visit(nfa.Next[state]);
                    break;
                case NfaStep.AcceptAll:
                    pending.Clear();
                    return true;
            }
        }

        return false;
    }

    private bool IsBegin(int state) =>
        nfa.Other[state] is (int)Re2AssertionKind.BeginText or (int)Re2AssertionKind.BeginLine;

    private void Begin(IReadOnlyList<int> from)
    {
        round++;
        LastWork = 0;
        kept.Clear();
        pending.Clear();
        foreach (var state in from)
        {
            Visit(state);
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
