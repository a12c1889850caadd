using System;
using System.Collections.Generic;
using LightningOps.Re2;

namespace LightningOps.Compile.Aperture;

/// <summary>The paths of one host class: literals by text, prefixes by stem, others by beginning and ending.</summary>
internal sealed class PathIndex
{
    // Fewer candidates than this are checked one by one.
    private const int WorthAUnion = 16;

    private readonly IReadOnlyList<RequestPattern> rules;
    private readonly Dictionary<string, int> lastLiteral;
    private readonly Dictionary<int, int> earlierLiteral = new();
    private readonly PrefixTable prefixes = new();
    private readonly List<int> general = new();
    private GeneralPatterns? generalPatterns;
    private LanguageUnionMatcher? union;

    public PathIndex(IReadOnlyList<RequestPattern> rules, IReadOnlyList<int> places)
    {
        this.rules = rules;
        lastLiteral = new(places.Count > 0 && rules[places[0]].Shape == PathComplexity.Literal ? places.Count : 0, StringComparer.Ordinal);
        foreach (var place in places)
        {
            switch (rules[place].Shape)
            {
                case PathComplexity.Literal:
                    AddLiteral(place);
                    break;
                case PathComplexity.Prefix:
                    prefixes.Add(rules[place].PathText, place);
                    break;
                default:
                    general.Add(place);
                    break;
            }
        }
    }

    /// <summary>Whether all rules are literals, which only match their equal.</summary>
    public bool HasOnlyLiterals => prefixes.Count == 0 && general.Count == 0;

    /// <summary>Whether no two rules share a request: all are literals, each of another text.</summary>
    public bool HasOnlyDistinctLiterals => HasOnlyLiterals && earlierLiteral.Count == 0;

    /// <summary>Literal rules of the same text.</summary>
    public void FindLiterals(string path, List<int> found)
    {
        for (var more = lastLiteral.TryGetValue(path, out var place); more; more = earlierLiteral.TryGetValue(place, out place))
        {
            found.Add(place);
        }
    }

    /// <summary>Prefix rules whose stem <paramref name="path"/> begins with.</summary>
    public void FindPrefixes(string path, List<int> found) => prefixes.FindPrefixes(path, found);

    /// <summary>General rules that match the path, and unanalyzable ones whose literal ends fit it.</summary>
    public void FindGeneralMatching(string path, List<int> found, AnalysisBudget budget)
    {
        if (general.Count == 0)
        {
            return;
        }

        var first = found.Count;
        General.FindMatching(path, found);
        var candidates = found.Count - first;
        if (candidates > WorthAUnion)
        {
            found.RemoveRange(first, candidates);
            union ??= new LanguageUnionMatcher(general.ConvertAll(place => rules[place].Path.Language));
            found.AddRange(budget.TrySpend(path.Length) ? union.Match(path) : Array.Empty<int>());
        }

        for (var i = found.Count - 1; i >= first; i--)
        {
            var place = general[found[i]];
            var language = rules[place].Path.Language;
            if (candidates > WorthAUnion || !language.IsAnalyzable || (budget.TrySpend(path.Length) && language.Matches(path)))
            {
                found[i] = place;
            }
            else
            {
                found.RemoveAt(i);
            }
        }
    }

    /// <summary>General rules whose literal ends fit these.</summary>
    public void FindGeneralMeeting(string beginsWith, string endsWith, List<int> found)
    {
        if (general.Count == 0)
        {
            return;
        }

        var first = found.Count;
        General.FindMeeting(beginsWith, endsWith, found);
        for (var i = first; i < found.Count; i++)
        {
            found[i] = general[found[i]];
        }
    }

    /// <summary>General rules that may meet the general one at a place of this index.</summary>
    public void FindGeneralMeeting(int place, List<int> found)
    {
        var first = found.Count;
        General.FindMeeting(general.BinarySearch(place), found);
        for (var i = first; i < found.Count; i++)
        {
            found[i] = general[found[i]];
        }
    }

    private GeneralPatterns General => generalPatterns ??= new GeneralPatterns(general.ConvertAll(place => rules[place].Path));

    private void AddLiteral(int place)
    {
        var path = rules[place].PathText;
        if (lastLiteral.TryGetValue(path, out var earlier))
        {
            earlierLiteral.Add(place, earlier);
        }

        lastLiteral[path] = place;
    }
}

/// <summary>Complexity of a path language. The first two are compared as text.</summary>
internal enum PathComplexity
{
    /// <summary>Exactly one path.</summary>
    Literal,

    /// <summary>Every path that begins with a text.</summary>
    Prefix,

    /// <summary>An automaton.</summary>
    General,
}
