using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Re2;

/// <summary>Searches for texts of one language outside several others.</summary>
internal static class LanguageCover
{
    /// <summary>See <see cref="RegularLanguage.FindOutside"/>.</summary>
    public static string? FindOutside(
        RegularLanguage language, IReadOnlyList<RegularLanguage> covers, AnalysisBudget budget, out bool decided)
    {
        decided = true;
        if (!budget.TrySpend(1 + covers.Count))
        {
            decided = false;
            return null;
        }

        var near = covers.Where(cover => !LanguageComparison.AreApart(language, cover)).ToList();
        if (near.Exists(cover => IsPlainlyInside(language, cover)))
        {
            return null;
        }

        if (language.TryGetLiteral(out var text))
        {
            var takers = near.FindAll(cover => cover.Matches(text));
            decided = takers.Count == 0 || takers.Exists(cover => cover.MatchesExactly);
            return takers.Count == 0 ? text : null;
        }

        if (language.Automaton is not { } automaton)
        {
            decided = false;
            return null;
        }

        var witness = Search(automaton, near, budget, out var unknown, out decided);
        if (witness is not null && unknown.Exists(cover => cover.Matches(witness)))
        {
            decided = false;
            witness = null;
        }

        return witness;
    }

    // Literals and prefixes go into one trie; others have an automaton each. Languages without one go to unknown.
    private static string? Search(
        IAutomaton automaton,
        List<RegularLanguage> covers,
        AnalysisBudget budget,
        out List<RegularLanguage> unknown,
        out bool decided)
    {
        var literals = new List<string>();
        var prefixes = new List<string>();
        var automata = new List<IAutomaton>();
        unknown = new List<RegularLanguage>();
        long length = 0;
        foreach (var cover in Distinct(covers))
        {
            if (cover.TryGetLiteral(out var text))
            {
                literals.Add(text);
            }
            else if (cover.TryGetPrefix(out text))
            {
                prefixes.Add(text);
            }
            else if (cover.Automaton is { } own)
            {
                automata.Add(own);
            }
            else
            {
                unknown.Add(cover);
            }

            length += text.Length;
        }

        decided = budget.TrySpend(length);
        if (!decided)
        {
            return null;
        }

        if (literals.Count + prefixes.Count > 0)
        {
            automata.Add(new TextTrie(literals, prefixes));
        }

        string? found = null;
        var walk = new ProductWalk(new[] { automaton }, automata, budget) { SkipsWhatIsCovered = true };
        decided = walk.Run((place, accepting) =>
        {
            found = accepting.Count == 0 ? walk.GetText(place) : null;
            return found is not null;
        });
        return found;
    }

    private static IEnumerable<RegularLanguage> Distinct(List<RegularLanguage> covers)
    {
        var kept = new Dictionary<string, List<RegularLanguage>>(StringComparer.Ordinal);
        foreach (var cover in covers)
        {
            var key = cover.ToString();
            if (!kept.TryGetValue(key, out var alike))
            {
                kept.Add(key, alike = new List<RegularLanguage>());
            }

            if (!alike.Exists(cover.IsWrittenAs))
            {
                alike.Add(cover);
                yield return cover;
            }
        }
    }

    private static bool IsPlainlyInside(RegularLanguage language, RegularLanguage cover) =>
        language.IsWrittenAs(cover) ||
        (cover.TryGetPrefix(out var prefix) && language.LiteralPrefix.StartsWith(prefix, StringComparison.Ordinal));
}
