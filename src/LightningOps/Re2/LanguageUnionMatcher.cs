using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// Finds the languages of a text among many, in one pass over the text: texts, prefixes and hosts by look-up, the
/// expressions by one common automaton that is built on demand. Not thread-safe.
/// </summary>
internal sealed class LanguageUnionMatcher
{
    private readonly Dictionary<string, List<int>> literals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> hosts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> prefixes = new(StringComparer.Ordinal);
    private readonly SortedSet<int> prefixLengths = new();
    private readonly List<int> singly = new();
    private readonly IReadOnlyList<RegularLanguage> languages;
    private readonly UnionAutomaton union;

    /// <summary>A matcher of <paramref name="languages"/>, which are identified by their index.</summary>
    /// <param name="languages">The languages.</param>
    /// <param name="maxCachedMembers">Maximum number of integers kept by the automaton. Beyond it the automaton
    /// restarts, and after several restarts the expressions are matched one by one.</param>
    public LanguageUnionMatcher(IReadOnlyList<RegularLanguage> languages, int maxCachedMembers = 8_000_000)
    {
        this.languages = languages;
        var expressions = new List<(int Index, Nfa Nfa)>();
        for (var i = 0; i < languages.Count; i++)
        {
            if (languages[i].TryGetLiteral(out var text))
            {
                AddTo(literals, text, i);
            }
            else if (languages[i].TryGetHost(out text))
            {
                AddTo(hosts, text, i);
            }
            else if (languages[i].TryGetPrefix(out text))
            {
                AddTo(prefixes, text, i);
                prefixLengths.Add(text.Length);
            }
            else if (languages[i] is ExpressionLanguage { UsesUnanalyzableFeature: false, Nfa: { } nfa })
            {
                expressions.Add((i, nfa));
            }
            else
            {
                singly.Add(i);
            }
        }

        union = new UnionAutomaton(expressions, maxCachedMembers);
    }

    /// <summary>True once the expressions are matched one by one, because the common automaton was too large.</summary>
    public bool MatchesSingly => union.IsAbandoned;

    /// <summary>
    /// The ascending indexes of the languages that contain <paramref name="text"/>, according to <see
    /// cref="RegularLanguage.Matches" />.
    /// </summary>
    public IReadOnlyList<int> Match(string text)
    {
        var found = new List<int>();
        if (!CodePoints.AreVisible(text))
        {
            return found;
        }

        AddFrom(literals, text, found);
        if (hosts.Count > 0)
        {
            var (host, port) = HostLanguage.Split(text);
            AddFrom(hosts, host, found);
            if (port.Length > 0)
            {
                AddFrom(hosts, host + port, found);
            }
        }

        foreach (var length in prefixLengths)
        {
            if (length > text.Length)
            {
                break;
            }

            AddFrom(prefixes, text.Substring(0, length), found);
        }

        found.AddRange(singly.Where(index => languages[index].Matches(text)));
        if (!union.TryMatch(text, found))
        {
            found.AddRange(union.Owners.Where(index => languages[index].Matches(text)));
        }

        found.Sort();
        return found;
    }

    private static void AddTo(Dictionary<string, List<int>> map, string text, int index)
    {
        if (!map.TryGetValue(text, out var indexes))
        {
            map.Add(text, indexes = new List<int>());
        }

        indexes.Add(index);
    }

    private static void AddFrom(Dictionary<string, List<int>> map, string text, List<int> found)
    {
        if (map.Count > 0 && map.TryGetValue(text, out var indexes))
        {
            found.AddRange(indexes);
        }
    }
}
