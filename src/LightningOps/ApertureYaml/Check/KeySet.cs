using System;
using System.Collections.Generic;

namespace LightningOps.ApertureYaml.Check;

/// <summary>The keys of one mapping so far; reports one that is written twice, which stops Aperture at any level.</summary>
internal sealed class KeySet
{
    private const int SmallCount = 12;

    private readonly List<ScalarNode> small = new();
    private Dictionary<string, ScalarNode>? large;

    /// <summary>Adds a key, or reports that it is there already.</summary>
    public void Add(ConfigNode key, ConfigFindings findings)
    {
        if (key.Target is not ScalarNode scalar)
        {
            return;
        }

        if (Find(scalar.Text) is { } first)
        {
            findings.Error(
                "duplicate_key",
                FormattableString.Invariant($"the key \"{scalar.Text}\" is already set on line {first.Position.Line}, and Aperture stops at the second: remove one of them"),
                key.Position);
            return;
        }

        if (large is not null)
        {
            large.Add(scalar.Text, scalar);
        }
        else
        {
            small.Add(scalar);
        }
    }

    private ScalarNode? Find(string text)
    {
        if (large is null && small.Count <= SmallCount)
        {
            foreach (var key in small)
            {
                if (string.Equals(key.Text, text, StringComparison.Ordinal))
                {
                    return key;
                }
            }

            return null;
        }

        large ??= Index();
        return large.TryGetValue(text, out var found) ? found : null;
    }

    private Dictionary<string, ScalarNode> Index()
    {
        var index = new Dictionary<string, ScalarNode>(StringComparer.Ordinal);
        foreach (var key in small)
        {
            index[key.Text] = key;
        }

        return index;
    }
}

/// <summary>The known key nearest to a mistyped one, by Damerau-Levenshtein distance.</summary>
internal static class KeySuggestion
{
    private const int MaxKeyLength = 64;

    /// <summary>The nearest of <paramref name="known"/>, or null when none is near; equal distances go to the first in ordinal order.</summary>
    public static string? Nearest(string key, IEnumerable<string> known)
    {
        if (key.Length > MaxKeyLength)
        {
            return null;
        }

        var plain = key.ToLowerInvariant().Replace("_", string.Empty).Replace("-", string.Empty);
        string? nearest = null;
        var least = int.MaxValue;
        foreach (var candidate in known)
        {
            var distance = Distance(plain, candidate);
            if (distance < least || distance == least && string.CompareOrdinal(candidate, nearest) < 0)
            {
                least = distance;
                nearest = candidate;
            }
        }

        return least <= Math.Max(1, plain.Length / 3) ? nearest : null;
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.</summary>
    public static int Distance(string from, string to)
    {
        var distances = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            distances[i, 0] = i;
        }

        for (var j = 0; j <= to.Length; j++)
        {
            distances[0, j] = j;
        }

        for (var i = 1; i <= from.Length; i++)
        {
            for (var j = 1; j <= to.Length; j++)
            {
                var substitution = distances[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                var least = Math.Min(substitution, Math.Min(distances[i - 1, j], distances[i, j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    least = Math.Min(least, distances[i - 2, j - 2] + 1);
                }

                distances[i, j] = least;
            }
        }

        return distances[from.Length, to.Length];
    }
}
