using System;
using System.Collections.Generic;

namespace LightningOps.Settings;

/// <summary>The known key nearest to a mistyped one, by Damerau-Levenshtein distance.</summary>
internal static class KeySuggestion
{
    private const int MaxKeyLength = 64;

    // Length of a key from which a part of another says something.
    private const int MinPart = 4;

    /// <summary>The nearest of <paramref name="known"/>, or null when none is near; the first in ordinal order of equal distances.</summary>
    public static string? Nearest(string key, IEnumerable<string> known)
    {
        if (key.Length > MaxKeyLength)
        {
            return null;
        }

        var plain = Fold(key);
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

    /// <summary>The only one of <paramref name="known"/> that begins with the key, begins it, or contains it; null when none or several do.</summary>
    public static string? FindExtended(string key, IEnumerable<string> known)
    {
        var plain = Fold(key);
        if (plain.Length < MinPart || key.Length > MaxKeyLength)
        {
            return null;
        }

        string? only = null;
        foreach (var candidate in known)
        {
            if (candidate.IndexOf(plain, StringComparison.Ordinal) < 0 && (candidate.Length < MinPart || !plain.StartsWith(candidate, StringComparison.Ordinal)))
            {
                continue;
            }

            if (only is not null)
            {
                return null;
            }

            only = candidate;
        }

        return only;
    }

    /// <summary>A key in lower case and without separators of words.</summary>
    public static string Fold(string key) => key.ToLowerInvariant().Replace("_", string.Empty).Replace("-", string.Empty);

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
