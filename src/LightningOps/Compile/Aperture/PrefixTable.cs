using System;
using System.Collections.Generic;

namespace LightningOps.Compile.Aperture;

/// <summary>Finds the stems that a path begins with, in one walk over the path for any number of stems.</summary>
internal sealed class PrefixTable
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly Dictionary<ulong, List<(string Stem, int Place)>> byHash = new();
    private bool[] lengths = new bool[64];

    public int Count { get; private set; }

    public void Add(string stem, int place)
    {
        var hash = 0UL;
        foreach (var c in stem)
        {
            hash = Step(hash, c);
        }

        if (!byHash.TryGetValue(hash, out var stems))
        {
            byHash.Add(hash, stems = new List<(string, int)>(1));
        }

        stems.Add((stem, place));
        if (stem.Length >= lengths.Length)
        {
            Array.Resize(ref lengths, Math.Max(stem.Length + 1, lengths.Length * 2));
        }

        lengths[stem.Length] = true;
        Count++;
    }

    public void FindPrefixes(string path, List<int> found)
    {
        if (Count == 0)
        {
            return;
        }

        var hash = 0UL;
        for (var length = 0; ; length++)
        {
            if (length < lengths.Length && lengths[length] && byHash.TryGetValue(hash, out var stems))
            {
                foreach (var (stem, place) in stems)
                {
                    if (stem.Length == length && path.StartsWith(stem, StringComparison.Ordinal))
                    {
                        found.Add(place);
                    }
                }
            }

            if (length == path.Length || length >= lengths.Length)
            {
                return;
            }

            hash = Step(hash, path[length]);
        }
    }

    private static ulong Step(ulong hash, char c) => (hash ^ (c + 1UL)) * Multiplier;
}
