using System.Collections.Generic;

namespace LightningOps.Re2;

/// <summary>The intersection of two languages, as a language.</summary>
internal static class LanguageIntersection
{
    private const int MaxStates = 10_000;

    /// <summary>See <see cref="RegularLanguage.Intersect"/>.</summary>
    public static RegularLanguage Create(RegularLanguage first, RegularLanguage second, AnalysisBudget budget)
    {
        if (first.IsWrittenAs(second))
        {
            return first;
        }

        if (LanguageComparison.AreApart(first, second))
        {
            return RegularLanguage.Empty;
        }

        if (first.TryGetPrefix(out var prefix) && second.LiteralPrefix.StartsWith(prefix, System.StringComparison.Ordinal))
        {
            return second;
        }

        if (second.TryGetPrefix(out prefix) && first.LiteralPrefix.StartsWith(prefix, System.StringComparison.Ordinal))
        {
            return first;
        }

        if (first.TryGetLiteral(out var text) && second.MatchesExactly)
        {
            return second.Matches(text) ? first : RegularLanguage.Empty;
        }

        if (second.TryGetLiteral(out text) && first.MatchesExactly)
        {
            return first.Matches(text) ? second : RegularLanguage.Empty;
        }

        if (first.Automaton is not { } automaton || second.Automaton is not { } otherAutomaton)
        {
            return new UnknownIntersection(first, second, first.UnanalyzableReason ?? second.UnanalyzableReason!);
        }

        return Product(automaton, otherAutomaton, budget) is { } product
            ? new AutomatonLanguage(product)
            : new UnknownIntersection(first, second, "the combined automaton exceeds its limits");
    }

    private static Dfa? Product(IAutomaton first, IAutomaton second, AnalysisBudget budget)
    {
        var joint = JointAlphabet.Create(new[] { first.Alphabet, second.Alphabet }, budget);
        if (joint is null)
        {
            return null;
        }

        var numbers = new Dictionary<(int, int), int>();
        var pairs = new List<(int First, int Second)>();
        var table = new List<int>();
        var accepts = new List<bool>();
        if (Number(first.Start, second.Start) == Dfa.Dead)
        {
            return Dfa.FromTable(joint.Single, table, accepts, 0);
        }

        for (var state = 0; state < pairs.Count; state++)
        {
            if (pairs.Count > MaxStates || !budget.TrySpend(joint.Count))
            {
                return null;
            }

            accepts.Add(first.IsAccepting(pairs[state].First) && second.IsAccepting(pairs[state].Second));
            foreach (var symbols in joint.Symbols)
            {
                table.Add(Number(
                    first.Step(pairs[state].First, symbols[0]), second.Step(pairs[state].Second, symbols[1])));
            }
        }

        return Dfa.FromTable(joint.Single, table, accepts, 0);

        int Number(int a, int b)
        {
            if (a == Dfa.Dead || b == Dfa.Dead)
            {
                return Dfa.Dead;
            }

            if (!numbers.TryGetValue((a, b), out var number))
            {
                number = pairs.Count;
                pairs.Add((a, b));
                numbers.Add((a, b), number);
            }

            return number;
        }
    }

    private sealed class UnknownIntersection(RegularLanguage first, RegularLanguage second, string reason) : RegularLanguage
    {
        public override string? UnanalyzableReason => reason;

        public override string LiteralPrefix =>
            first.LiteralPrefix.Length < second.LiteralPrefix.Length ? second.LiteralPrefix : first.LiteralPrefix;

        public override string LiteralSuffix =>
            first.LiteralSuffix.Length < second.LiteralSuffix.Length ? second.LiteralSuffix : first.LiteralSuffix;

        public override bool MatchesExactly => first.MatchesExactly && second.MatchesExactly;

        internal override IAutomaton? Automaton => null;

        public override bool Matches(string text) => first.Matches(text) && second.Matches(text);
    }
}
