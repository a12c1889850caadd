using System.Collections.Generic;

namespace LightningOps.Re2;

/// <summary>Walks two automata side by side, once, to tell how their languages stand to each other.</summary>
internal sealed class PairWalk
{
    private readonly IAutomaton first;
    private readonly IAutomaton second;
    private readonly HashSet<long> seen = new();
    private readonly Stack<long> pending = new();
    private bool hasCommon;
    private bool hasFirstOnly;
    private bool hasSecondOnly;

    private PairWalk(IAutomaton first, IAutomaton second)
    {
        this.first = first;
        this.second = second;
    }

    /// <summary>The relation, or <see cref="Relation.Unknown"/> when the budget ran out.</summary>
    public static Relation Relate(IAutomaton first, IAutomaton second, AnalysisBudget budget) =>
        new PairWalk(first, second).Run(budget);

    private Relation Run(AnalysisBudget budget)
    {
        Visit(first.Start, second.Start);
        var joint = pending.Count == 0 ? null : JointAlphabet.Create(new[] { first.Alphabet, second.Alphabet }, budget);
        while (pending.Count > 0 && !(hasCommon && hasFirstOnly && hasSecondOnly))
        {
            if (joint is null || !budget.TrySpend(joint.Count))
            {
                return Relation.Unknown;
            }

            var pair = pending.Pop();
            int first = (int)(pair >> 32), second = (int)pair;
            foreach (var symbols in joint.Symbols)
            {
                Visit(this.first.Step(first, symbols[0]), this.second.Step(second, symbols[1]));
            }
        }

        return !hasCommon ? Relation.Disjoint
            : hasFirstOnly ? (hasSecondOnly ? Relation.Overlaps : Relation.Contains)
            : hasSecondOnly ? Relation.Inside
            : Relation.Equal;
    }

    private void Visit(int first, int second)
    {
        // Every state leads to acceptance, so one that goes on alone has texts of its own.
        if (first == Dfa.Dead || second == Dfa.Dead)
        {
            hasFirstOnly |= first != Dfa.Dead;
            hasSecondOnly |= second != Dfa.Dead;
            return;
        }

        if (this.first.IsUniversal(first) || this.second.IsUniversal(second))
        {
            hasCommon = true;
            hasFirstOnly |= !this.second.IsUniversal(second);
            hasSecondOnly |= !this.first.IsUniversal(first);
            return;
        }

        if (seen.Add(((long)first << 32) | (uint)second))
        {
            var isIn = this.first.IsAccepting(first);
            var isInOther = this.second.IsAccepting(second);
            hasCommon |= isIn && isInOther;
            hasFirstOnly |= isIn && !isInOther;
            hasSecondOnly |= !isIn && isInOther;
            pending.Push(((long)first << 32) | (uint)second);
        }
    }
}
