using System.Collections.Generic;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// Runs a nondeterministic automaton over one text, with all assertions: for expressions with word boundaries, or
/// with a deterministic automaton beyond its bounds.
/// </summary>
internal sealed class NfaSimulation
{
    private readonly Nfa nfa;
    private readonly int[] seenAt;
    private readonly Stack<int> pending = new();
    private List<int> current = new();
    private List<int> next = new();

    private NfaSimulation(Nfa nfa)
    {
        this.nfa = nfa;
        seenAt = new int[nfa.Count];
    }

    /// <summary>
    /// True when <paramref name="text"/>, which must be in the universe, is accepted. It takes at most as many steps
    /// as states times code points.
    /// </summary>
    public static bool Matches(Nfa nfa, string text) => new NfaSimulation(nfa).Run(text);

    private bool Run(string text)
    {
        var before = -1;
        next.Add(nfa.Start);
        for (int i = 0, round = 1; i <= text.Length; i++, round++)
        {
            var codePoint = i < text.Length ? CodePoints.At(text, ref i) : -1;
            if (Close(round, before, codePoint))
            {
                return true;
            }

            if (current.Count == 0)
            {
                return false;
            }

            foreach (var state in current)
            {
                if (codePoint >= 0 && nfa.Sets[nfa.Other[state]].Contains(codePoint))
                {
                    next.Add(nfa.Next[state]);
                }
            }

            before = codePoint;
        }

        return false;
    }

    // Follows transitions that read nothing between two code points (-1 at the ends of the text); true when it
    // accepts.
    private bool Close(int round, int before, int after)
    {
        (current, next) = (next, current);
        foreach (var state in current)
        {
            Visit(state, round);
        }

        current.Clear();
        while (pending.Count > 0)
        {
            var state = pending.Pop();
            switch (nfa.Steps[state])
            {
                case NfaStep.AcceptAll:
                    return true;
                case NfaStep.Split:
                    Visit(nfa.Other[state], round);
                    Visit(nfa.Next[state], round);
                    break;
                case NfaStep.Assert:
                    if (IsSatisfied((Re2AssertionKind)nfa.Other[state], before, after))
                    {
                        Visit(nfa.Next[state], round);
                    }

                    break;
                default:
                    current.Add(state);
                    break;
            }
        }

        next.Clear();
        return false;
    }

    private void Visit(int state, int round)
    {
        if (seenAt[state] != round)
        {
            seenAt[state] = round;
            pending.Push(state);
        }
    }

    private static bool IsSatisfied(Re2AssertionKind kind, int before, int after) => kind switch
    {
        Re2AssertionKind.BeginText => before < 0,
        Re2AssertionKind.EndText => after < 0,
        Re2AssertionKind.BeginLine => before is < 0 or '\n',
        Re2AssertionKind.EndLine => after is < 0 or '\n',
        Re2AssertionKind.WordBoundary => IsWord(before) != IsWord(after),
        _ => IsWord(before) == IsWord(after),
    };

    private static bool IsWord(int codePoint) => codePoint == '_' || Re2EscapeParser.IsAlphanumeric(codePoint);
}
