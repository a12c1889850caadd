using System;
using System.Collections.Generic;
using System.Text;

namespace LightningOps.Compile.Languages;

/// <summary>
/// Walks several automata side by side over the texts that all required ones may still accept, shortest texts first
/// and the most readable first among these, and tells which of the optional ones accept along with them.
/// </summary>
internal sealed class ProductWalk
{
    private readonly IReadOnlyList<IAutomaton> _required;
    private readonly IReadOnlyList<IAutomaton> _optional;
    private readonly AnalysisBudget _budget;
    private readonly HashSet<int[]> _seen = new(IntSequenceComparer.Instance);
    private readonly List<int[]> _states = new();
    private readonly List<int> _parents = new();
    private readonly List<int> _codePoints = new();

    /// <summary>A walk that spends <paramref name="budget"/>.</summary>
    public ProductWalk(IReadOnlyList<IAutomaton> required, IReadOnlyList<IAutomaton> optional, AnalysisBudget budget)
    {
        _required = required;
        _optional = optional;
        _budget = budget;
    }

    /// <summary>True to leave aside all texts that begin with one after which an optional automaton accepts all.</summary>
    public bool SkipsWhatIsCovered { get; init; }

    /// <summary>
    /// Walks until <paramref name="visit"/> returns true. It gets the number of the place reached (for
    /// <see cref="TextOf"/>) and the indexes of the optional automata that accept there, once for each place at which
    /// all required automata accept.
    /// </summary>
    /// <returns>False when the budget ran out before the end.</returns>
    public bool Run(Func<int, IReadOnlyList<int>, bool> visit)
    {
        var alphabets = new List<Alphabet>();
        foreach (var automaton in All())
        {
            alphabets.Add(automaton.Alphabet);
        }

        var joint = JointAlphabet.Of(alphabets, _budget);
        if (joint is null)
        {
            return false;
        }

        Add(First(), -1, -1);
        for (var place = 0; place < _states.Count; place++)
        {
            if (Accepts(_states[place], out var accepting) && visit(place, accepting))
            {
                return true;
            }

            for (var symbol = 0; symbol < joint.Count; symbol++)
            {
                if (!_budget.TrySpend(1 + _states[place].Length))
                {
                    return false;
                }

                Add(Next(_states[place], joint.Symbols[symbol]), place, joint.CodePointOf[symbol]);
            }
        }

        return true;
    }

    /// <summary>The text that leads to a place.</summary>
    public string TextOf(int place)
    {
        var codePoints = new List<int>();
        for (; _parents[place] >= 0; place = _parents[place])
        {
            codePoints.Add(_codePoints[place]);
        }

        var text = new StringBuilder();
        for (var i = codePoints.Count - 1; i >= 0; i--)
        {
            text.Append(char.ConvertFromUtf32(codePoints[i]));
        }

        return text.ToString();
    }

    private IEnumerable<IAutomaton> All()
    {
        foreach (var automaton in _required)
        {
            yield return automaton;
        }

        foreach (var automaton in _optional)
        {
            yield return automaton;
        }
    }

    // A place is the states of the required automata, then index and state of each optional one that is not dead.
    private int[]? First()
    {
        var first = new List<int>();
        foreach (var automaton in _required)
        {
            if (automaton.Start == Dfa.Dead)
            {
                return null;
            }

            first.Add(automaton.Start);
        }

        for (var i = 0; i < _optional.Count; i++)
        {
            if (_optional[i].Start != Dfa.Dead)
            {
                first.Add(i);
                first.Add(_optional[i].Start);
            }
        }

        return first.ToArray();
    }

    private int[]? Next(int[] place, int[] symbols)
    {
        var next = new int[place.Length];
        for (var i = 0; i < _required.Count; i++)
        {
            next[i] = _required[i].Step(place[i], symbols[i]);
            if (next[i] == Dfa.Dead)
            {
                return null;
            }
        }

        var length = _required.Count;
        for (var i = length; i < place.Length; i += 2)
        {
            var target = _optional[place[i]].Step(place[i + 1], symbols[_required.Count + place[i]]);
            if (target != Dfa.Dead)
            {
                next[length++] = place[i];
                next[length++] = target;
            }
        }

        Array.Resize(ref next, length);
        return next;
    }

    private void Add(int[]? place, int parent, int codePoint)
    {
        if (place is null || (SkipsWhatIsCovered && IsCovered(place)) || !_seen.Add(place))
        {
            return;
        }

        _states.Add(place);
        _parents.Add(parent);
        _codePoints.Add(codePoint);
    }

    private bool IsCovered(int[] place)
    {
        for (var i = _required.Count; i < place.Length; i += 2)
        {
            if (_optional[place[i]].IsUniversal(place[i + 1]))
            {
                return true;
            }
        }

        return false;
    }

    private bool Accepts(int[] place, out IReadOnlyList<int> accepting)
    {
        accepting = Array.Empty<int>();
        for (var i = 0; i < _required.Count; i++)
        {
            if (!_required[i].IsAccepting(place[i]))
            {
                return false;
            }
        }

        var found = new List<int>();
        for (var i = _required.Count; i < place.Length; i += 2)
        {
            if (_optional[place[i]].IsAccepting(place[i + 1]))
            {
                found.Add(place[i]);
            }
        }

        accepting = found;
        return true;
    }
}
