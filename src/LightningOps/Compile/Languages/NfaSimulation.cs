using System.Collections.Generic;

namespace LightningOps.Compile.Languages;

/// <summary>
/// Runs a nondeterministic automaton over one text, with all assertions: for expressions that have word boundaries,
/// or whose deterministic automaton is over its bounds.
/// </summary>
internal sealed class NfaSimulation
{
    private readonly Nfa _nfa;
    private readonly int[] _seenAt;
    private readonly Stack<int> _pending = new();
    private List<int> _current = new();
    private List<int> _next = new();

    private NfaSimulation(Nfa nfa)
    {
        _nfa = nfa;
        _seenAt = new int[nfa.Count];
    }

    /// <summary>
    /// True when <paramref name="text"/>, all of it in the universe, is accepted. Takes at most as many steps as
    /// states times code points.
    /// </summary>
    public static bool Matches(Nfa nfa, string text) => new NfaSimulation(nfa).Run(text);

    private bool Run(string text)
    {
        var before = -1;
        _next.Add(_nfa.Start);
        for (int i = 0, round = 1; i <= text.Length; i++, round++)
        {
            var codePoint = i < text.Length ? CodePoints.At(text, ref i) : -1;
            if (Close(round, before, codePoint))
            {
                return true;
            }

            if (_current.Count == 0)
            {
                return false;
            }

            foreach (var state in _current)
            {
                if (codePoint >= 0 && _nfa.Sets[_nfa.Other[state]].Contains(codePoint))
                {
                    _next.Add(_nfa.Next[state]);
                }
            }

            before = codePoint;
        }

        return false;
    }

    // Follows what reads nothing between two code points (-1 at the ends of the text); true when it accepts.
    private bool Close(int round, int before, int after)
    {
        (_current, _next) = (_next, _current);
        foreach (var state in _current)
        {
            Visit(state, round);
        }

        _current.Clear();
        while (_pending.Count > 0)
        {
            var state = _pending.Pop();
            switch (_nfa.Steps[state])
            {
                case NfaStep.AcceptAll:
                    return true;
                case NfaStep.Split:
                    Visit(_nfa.Other[state], round);
                    Visit(_nfa.Next[state], round);
                    break;
                case NfaStep.Assert:
                    if (Holds((Re2AssertionKind)_nfa.Other[state], before, after))
                    {
                        Visit(_nfa.Next[state], round);
                    }

                    break;
                default:
                    _current.Add(state);
                    break;
            }
        }

        _next.Clear();
        return false;
    }

    private void Visit(int state, int round)
    {
        if (_seenAt[state] != round)
        {
            _seenAt[state] = round;
            _pending.Push(state);
        }
    }

    // The universe has no line feed, so lines are the text.
    private static bool Holds(Re2AssertionKind kind, int before, int after) => kind switch
    {
        Re2AssertionKind.BeginText or Re2AssertionKind.BeginLine => before < 0,
        Re2AssertionKind.EndText or Re2AssertionKind.EndLine => after < 0,
        Re2AssertionKind.WordBoundary => IsWord(before) != IsWord(after),
        _ => IsWord(before) == IsWord(after),
    };

    private static bool IsWord(int codePoint) => codePoint == '_' || Re2EscapeParser.IsAlphanumeric(codePoint);
}
