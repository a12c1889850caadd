using System;
using System.Collections.Generic;

namespace LightningOps.Compile.Aperture;

/// <summary>Finds keys that are a prefix of a text or begin with it.</summary>
internal sealed class AffixIndex
{
    private readonly string[] keys;
    private readonly string[] sorted;
    private readonly int[] places;
    private readonly PrefixTable shorter = new();
    private readonly List<int> found = new();
    private readonly List<(int Low, int High)> ranges = new();

    public AffixIndex(string[] keys)
    {
        this.keys = keys;
        sorted = (string[])keys.Clone();
        places = new int[keys.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = i;
        }

        Array.Sort(sorted, places, StringComparer.Ordinal);
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || sorted[i] != sorted[i - 1])
            {
                // The place where the run of equal keys begins.
                shorter.Add(sorted[i], i);
            }
        }
    }

    public static bool AreCompatible(string x, string y) =>
        x.Length <= y.Length ? y.StartsWith(x, StringComparison.Ordinal) : x.StartsWith(y, StringComparison.Ordinal);

    public string Key(int place) => keys[place];

    /// <summary>Number of keys that are compatible with <paramref name="text"/>.</summary>
    public int Count(string text)
    {
        var count = 0;
        foreach (var (low, high) in Ranges(text))
        {
            count += high - low;
        }

        return count;
    }

    /// <summary>Adds the places of the compatible keys.</summary>
    public void Collect(string text, List<int> into)
    {
        foreach (var (low, high) in Ranges(text))
        {
            for (var i = low; i < high; i++)
            {
                into.Add(places[i]);
            }
        }
    }

    private List<(int Low, int High)> Ranges(string text)
    {
        ranges.Clear();
        found.Clear();
        shorter.FindPrefixes(text, found);
        foreach (var run in found)
        {
            if (sorted[run].Length < text.Length)
            {
                ranges.Add((run, FindEnd(run, sorted[run], exact: true)));
            }
        }

        var start = LowerBound(text);
        if (start < sorted.Length && sorted[start].StartsWith(text, StringComparison.Ordinal))
        {
            ranges.Add((start, FindEnd(start, text, exact: false)));
        }

        return ranges;
    }

    private int LowerBound(string text)
    {
        var low = 0;
        var high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(sorted[middle], text) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    // Galloping: most runs are one key long.
    private int FindEnd(int start, string text, bool exact)
    {
        var step = 1;
        var low = start + 1;
        while (low < sorted.Length && Belongs(sorted[low], text, exact))
        {
            start = low;
            step *= 2;
            low = Math.Min(start + step, sorted.Length);
        }

        var high = low;
        low = start + 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Belongs(sorted[middle], text, exact))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static bool Belongs(string key, string text, bool exact) =>
        key.StartsWith(text, StringComparison.Ordinal) && (!exact || key.Length == text.Length);
}
