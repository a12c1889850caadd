using System.Collections.Generic;

namespace LightningOps.Compile.Languages;

/// <summary>Walks two automata side by side, once, to tell how their languages stand to each other.</summary>
internal sealed class PairWalk
{
    private readonly IAutomaton _first;
    private readonly IAutomaton _second;
    private readonly HashSet<long> _seen = new();
    private readonly Stack<long> _pending = new();
    private bool _hasCommon;
    private bool _hasFirstOnly;
    private bool _hasSecondOnly;

    private PairWalk(IAutomaton first, IAutomaton second)
    {
        _first = first;
        _second = second;
    }

    /// <summary>The relation, or <see cref="Relation.Unknown"/> when the budget ran out.</summary>
    public static Relation Relate(IAutomaton first, IAutomaton second, AnalysisBudget budget) =>
        new PairWalk(first, second).Run(budget);

    private Relation Run(AnalysisBudget budget)
    {
        Visit(_first.Start, _second.Start);
        var joint = _pending.Count == 0 ? null : JointAlphabet.Of(new[] { _first.Alphabet, _second.Alphabet }, budget);
        while (_pending.Count > 0 && !(_hasCommon && _hasFirstOnly && _hasSecondOnly))
        {
            if (joint is null || !budget.TrySpend(joint.Count))
            {
                return Relation.Unknown;
            }

            var pair = _pending.Pop();
            int first = (int)(pair >> 32), second = (int)pair;
            foreach (var symbols in joint.Symbols)
            {
                Visit(_first.Step(first, symbols[0]), _second.Step(second, symbols[1]));
            }
        }

        return !_hasCommon ? Relation.Disjoint
            : _hasFirstOnly ? (_hasSecondOnly ? Relation.Overlaps : Relation.Contains)
            : _hasSecondOnly ? Relation.Inside
            : Relation.Equal;
    }

    private void Visit(int first, int second)
    {
        // Every state leads to acceptance, so one that goes on alone has texts of its own.
        if (first == Dfa.Dead || second == Dfa.Dead)
        {
            _hasFirstOnly |= first != Dfa.Dead;
            _hasSecondOnly |= second != Dfa.Dead;
            return;
        }

        if (_first.IsUniversal(first) || _second.IsUniversal(second))
        {
            _hasCommon = true;
            _hasFirstOnly |= !_second.IsUniversal(second);
            _hasSecondOnly |= !_first.IsUniversal(first);
            return;
        }

        if (_seen.Add(((long)first << 32) | (uint)second))
        {
            var isIn = _first.IsAccepting(first);
            var isInOther = _second.IsAccepting(second);
            _hasCommon |= isIn && isInOther;
            _hasFirstOnly |= isIn && !isInOther;
            _hasSecondOnly |= !isIn && isInOther;
            _pending.Push(((long)first << 32) | (uint)second);
        }
    }
}
