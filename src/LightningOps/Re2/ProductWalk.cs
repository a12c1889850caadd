using System;
using System.Collections.Generic;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// Walks several automata in parallel over the texts that all required ones may still accept, shortest first and then
/// most readable first, and reports which of the optional ones also accept.
/// </summary>
internal sealed class ProductWalk
{
    private readonly IReadOnlyList<IAutomaton> required;
    private readonly IReadOnlyList<IAutomaton> optional;
    private readonly AnalysisBudget budget;
    private readonly HashSet<int[]> seen = new(IntSequenceComparer.Instance);
    private readonly List<int[]> states = new();
    private readonly List<int> parents = new();
    private readonly List<int> codePoints = new();

    /// <summary>A walk that uses <paramref name="budget"/>.</summary>
    public ProductWalk(IReadOnlyList<IAutomaton> required, IReadOnlyList<IAutomaton> optional, AnalysisBudget budget)
    {
        this.required = required;
        this.optional = optional;
        this.budget = budget;
    }

    /// <summary>True to skip all texts that begin with one after which an optional automaton accepts everything.</summary>
    public bool SkipsWhatIsCovered { get; init; }

    /// <summary>
    /// Walks until <paramref name="visit"/> returns true. It is called once for each place at which all required
    /// automata accept, with the number of the place (for <see cref="GetText" />) and the indexes of the optional
    /// automata that accept there.
    /// </summary>
    /// <returns>False when the budget ran out before the end.</returns>
    public bool Run(Func<int, IReadOnlyList<int>, bool> visit)
    {
        var alphabets = new List<Alphabet>();
        foreach (var automaton in All())
        {
            alphabets.Add(automaton.Alphabet);
        }

        var joint = JointAlphabet.Create(alphabets, budget);
        if (joint is null)
        {
            return false;
        }

        Add(First(), -1, -1);
        for (var place = 0; place < states.Count; place++)
        {
            if (Accepts(states[place], out var accepting) && visit(place, accepting))
            {
                return true;
            }

            for (var symbol = 0; symbol < joint.Count; symbol++)
            {
                if (!budget.TrySpend(1 + states[place].Length))
                {
                    return false;
                }

                Add(Next(states[place], joint.Symbols[symbol]), place, joint.RepresentativeCodePoints[symbol]);
            }
        }

        return true;
    }

    /// <summary>The text that leads to a place.</summary>
    public string GetText(int place)
    {
        var codePoints = new List<int>();
        for (; parents[place] >= 0; place = parents[place])
        {
            codePoints.Add(this.codePoints[place]);
        }

        codePoints.Reverse();
        return CodePoints.ToText(codePoints);
    }

    private IEnumerable<IAutomaton> All()
    {
        foreach (var automaton in required)
        {
            yield return automaton;
        }

        foreach (var automaton in optional)
        {
            yield return automaton;
        }
    }

    // A place is the states of the required automata, then index and state of each optional one that is not dead.
    private int[]? First()
    {
        var first = new List<int>();
        foreach (var automaton in required)
        {
            if (automaton.Start == Dfa.Dead)
            {
                return null;
            }

            first.Add(automaton.Start);
        }

        for (var i = 0; i < optional.Count; i++)
        {
            if (optional[i].Start != Dfa.Dead)
            {
                first.Add(i);
                first.Add(optional[i].Start);
            }
        }

        return first.ToArray();
    }

    private int[]? Next(int[] place, int[] symbols)
    {
        var next = new int[place.Length];
        for (var i = 0; i < required.Count; i++)
        {
            next[i] = required[i].Step(place[i], symbols[i]);
            if (next[i] == Dfa.Dead)
            {
                return null;
            }
        }

        var length = required.Count;
        for (var i = length; i < place.Length; i += 2)
        {
            var target = optional[place[i]].Step(place[i + 1], symbols[required.Count + place[i]]);
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
        if (place is null || (SkipsWhatIsCovered && IsCovered(place)) || !seen.Add(place))
        {
            return;
        }

        states.Add(place);
        parents.Add(parent);
        codePoints.Add(codePoint);
    }

    private bool IsCovered(int[] place)
    {
        for (var i = required.Count; i < place.Length; i += 2)
        {
            if (optional[place[i]].IsUniversal(place[i + 1]))
            {
                return true;
            }
        }

        return false;
    }

    private bool Accepts(int[] place, out IReadOnlyList<int> accepting)
    {
        accepting = Array.Empty<int>();
        for (var i = 0; i < required.Count; i++)
        {
            if (!required[i].IsAccepting(place[i]))
            {
                return false;
            }
        }

        var found = new List<int>();
        for (var i = required.Count; i < place.Length; i += 2)
        {
            if (optional[place[i]].IsAccepting(place[i + 1]))
            {
                found.Add(place[i]);
            }
        }

        accepting = found;
        return true;
    }
}
