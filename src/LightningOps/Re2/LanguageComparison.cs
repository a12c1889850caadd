using System;

namespace LightningOps.Re2;

/// <summary>Compares two languages by their syntax if that is sufficient, else by their automata.</summary>
internal static class LanguageComparison
{
    /// <summary>See <see cref="RegularLanguage.Relate"/>.</summary>
    public static Relation Relate(RegularLanguage first, RegularLanguage second, AnalysisBudget budget)
    {
        if (!budget.TrySpend(1))
        {
            return Relation.Unknown;
        }

        if (first.IsWrittenAs(second))
        {
            return Relation.Equal;
        }

        if (AreApart(first, second))
        {
            return Relation.Disjoint;
        }

        if (first.TryGetLiteral(out var text))
        {
            return RelateLiteral(text, second);
        }

        if (second.TryGetLiteral(out text))
        {
            return Reverse(RelateLiteral(text, first));
        }

        if (first.TryGetPrefix(out var prefix) && second.TryGetPrefix(out var other))
        {
            // They are neither disjoint nor equal, so one begins with the other.
            return prefix.Length < other.Length ? Relation.Contains : Relation.Inside;
        }

        if (first is HostLanguage host && second is HostLanguage otherHost)
        {
            return host.RelateHost(otherHost);
        }

        if (first is HostLanguage && second.TryGetPrefix(out prefix) && prefix.Length == 0)
        {
            return Relation.Inside;
        }

        if (second is HostLanguage && first.TryGetPrefix(out prefix) && prefix.Length == 0)
        {
            return Relation.Contains;
        }

        // Of two expressions, usually the one with the shorter beginning distinguishes them, and the other needs no
        // automaton.
        if (EndsWithin(first, second.LiteralPrefix) || EndsWithin(second, first.LiteralPrefix))
        {
            return Relation.Disjoint;
        }

        return first.Automaton is { } automaton && second.Automaton is { } otherAutomaton
            ? PairWalk.Relate(automaton, otherAutomaton, budget)
            : Relation.Unknown;
    }

    // True when no text of the language begins with the common beginning of another.
    private static bool EndsWithin(RegularLanguage language, string beginning) =>
        language.LiteralPrefix.Length < beginning.Length
        && ((language is ExpressionLanguage { UsesUnanalyzableFeature: false } expression && !expression.AfterPrefix.MayContain(beginning[expression.LiteralPrefix.Length]))
            || language.Automaton?.StateAfter(beginning) == Dfa.Dead);

    /// <summary>See <see cref="RegularLanguage.FindCommon"/>.</summary>
    public static string? FindCommon(RegularLanguage first, RegularLanguage second, AnalysisBudget budget)
    {
        if (AreApart(first, second))
        {
            return null;
        }

        if (first.TryGetLiteral(out var text) || second.TryGetLiteral(out text))
        {
            var other = first.TryGetLiteral(out _) ? second : first;
            return other.MatchesExactly && other.Matches(text) ? text : null;
        }

        if (first.Automaton is not { } automaton || second.Automaton is not { } otherAutomaton)
        {
            return null;
        }

        string? found = null;
        var walk = new ProductWalk(new[] { automaton, otherAutomaton }, Array.Empty<IAutomaton>(), budget);
        walk.Run((place, _) =>
        {
            found = walk.GetText(place);
            return true;
        });
        return found;
    }

    /// <summary>True when the literal beginnings or ends prove that the languages have no common text. False proves nothing.</summary>
    public static bool AreApart(RegularLanguage first, RegularLanguage second)
    {
        var a = first.LiteralPrefix;
        var b = second.LiteralPrefix;
        var shared = Math.Min(a.Length, b.Length);
        if (string.CompareOrdinal(a, 0, b, 0, shared) != 0)
        {
            return true;
        }

        if (first is HostLanguage host && second is HostLanguage other)
        {
            return host.RelateHost(other) == Relation.Disjoint;
        }

        a = first.LiteralSuffix;
        b = second.LiteralSuffix;
        shared = Math.Min(a.Length, b.Length);
        return string.CompareOrdinal(a, a.Length - shared, b, b.Length - shared, shared) != 0;
    }

    private static Relation RelateLiteral(string literal, RegularLanguage other)
    {
        if (!other.Matches(literal))
        {
            return Relation.Disjoint;
        }

        if (!other.MatchesExactly)
        {
            return Relation.Unknown;
        }

        if (other.TryGetPrefix(out _) || other.TryGetHost(out _))
        {
            return Relation.Inside;
        }

        return other.Automaton is not { } automaton ? Relation.Unknown
            : automaton.AcceptsExactlyOne() ? Relation.Equal
            : Relation.Inside;
    }

    private static Relation Reverse(Relation relation) => relation switch
    {
        Relation.Inside => Relation.Contains,
        Relation.Contains => Relation.Inside,
        _ => relation,
    };
}
