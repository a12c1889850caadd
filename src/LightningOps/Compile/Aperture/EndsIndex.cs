using System;
using System.Collections.Generic;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// Finds the patterns that can meet a given one by what their strings must begin and end with: two languages can only
/// meet when one beginning is a prefix of the other and one ending a suffix of the other. Whichever of the two
/// leaves fewer candidates is walked, so that patterns that differ at either end are never paired.
/// </summary>
internal sealed class EndsIndex
{
    private readonly Side beginnings;
    private readonly Side endings;

    public EndsIndex(IReadOnlyList<(string BeginsWith, string EndsWith)> patterns)
    {
        var keys = new string[patterns.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = patterns[i].BeginsWith;
        }

        beginnings = new Side(keys);
        keys = new string[patterns.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = Reversed(patterns[i].EndsWith);
        }

        endings = new Side(keys);
    }

    /// <summary>Adds the places of the patterns that can meet a string or a language with these ends, in no order.</summary>
    public void FindMeeting(string beginsWith, string endsWith, List<int> found)
    {
        var tail = Reversed(endsWith);
        if (beginnings.Count(beginsWith) <= endings.Count(tail))
        {
            beginnings.Collect(beginsWith, found, place => Side.Compatible(endings.Key(place), tail));
        }
        else
        {
            endings.Collect(tail, found, place => Side.Compatible(beginnings.Key(place), beginsWith));
        }
    }

    private static string Reversed(string text)
    {
        if (text.Length < 2)
        {
            return text;
        }

        var characters = text.ToCharArray();
        Array.Reverse(characters);
        return new string(characters);
    }

    /// <summary>Keys in ordinal order, found by being a prefix of a text or by beginning with it.</summary>
    private sealed class Side
    {
        private readonly string[] keys;
        private readonly string[] sorted;
        private readonly int[] places;
        private readonly SortedSet<int> lengths = new();

        public Side(string[] keys)
        {
            this.keys = keys;
            sorted = (string[])keys.Clone();
            places = new int[keys.Length];
            for (var i = 0; i < places.Length; i++)
            {
                places[i] = i;
                lengths.Add(keys[i].Length);
            }

            Array.Sort(sorted, places, StringComparer.Ordinal);
        }

        public static bool Compatible(string x, string y) =>
            x.Length <= y.Length ? y.StartsWith(x, StringComparison.Ordinal) : x.StartsWith(y, StringComparison.Ordinal);

        public string Key(int place) => keys[place];

        public int Count(string text)
        {
            var count = 0;
            foreach (var (low, high) in Ranges(text))
            {
                count += high - low;
            }

            return count;
        }

        public void Collect(string text, List<int> found, Func<int, bool> accepts)
        {
            foreach (var (low, high) in Ranges(text))
            {
                for (var i = low; i < high; i++)
                {
                    if (accepts(places[i]))
                    {
                        found.Add(places[i]);
                    }
                }
            }
        }

        private IEnumerable<(int Low, int High)> Ranges(string text)
        {
            foreach (var length in lengths)
            {
                if (length >= text.Length)
                {
                    break;
                }

                var prefix = text.Substring(0, length);
                var low = LowerBound(prefix);
                var high = LowerBound(prefix + '\0');
                if (high > low)
                {
                    yield return (low, high);
                }
            }

            var start = LowerBound(text);
            var end = EndOfPrefix(text, start);
            if (end > start)
            {
                yield return (start, end);
            }
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

        private int EndOfPrefix(string text, int start)
        {
            var low = start;
            var high = sorted.Length;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (sorted[middle].StartsWith(text, StringComparison.Ordinal))
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
    }
}
