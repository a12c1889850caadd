using System;
using System.Collections.Generic;

namespace LightningOps.Compile.Aperture;

/// <summary>Finds keys that are a prefix of a text or begin with it.</summary>
internal sealed class AffixIndex
{
    private const int None = -1;

    private readonly string[] keys;

    // The places of the keys in ascending order of the keys, and for each run of equal keys where it begins.
    private readonly int[] places;
    private readonly Run[] runs;
    private readonly int[] runOf;
    private int count;

    public AffixIndex(string[] keys)
    {
        this.keys = keys;
        places = TextOrder.Sort(keys);
        runs = new Run[CountDistinct()];
        runOf = new int[keys.Length];
        for (var i = 0; i < places.Length; i++)
        {
            var text = keys[places[i]];
            if (count == 0 || runs[count - 1].Text != text)
            {
                AddRun(text, i);
            }

            runs[count - 1].OwnEnd = i + 1;
            runOf[places[i]] = count - 1;
        }

        for (var open = count - 1; open != None; open = runs[open].Parent)
        {
            runs[open].End = places.Length;
        }
    }

    public static bool AreCompatible(string x, string y) =>
        x.Length <= y.Length ? y.StartsWith(x, StringComparison.Ordinal) : x.StartsWith(y, StringComparison.Ordinal);

    public string Key(int place) => keys[place];

    /// <summary>Number of keys that are compatible with <paramref name="text"/>.</summary>
    public int Count(string text)
    {
        var (shorter, start, end) = Find(text);
        return CountThrough(shorter) + end - start;
    }

    /// <summary>Number of keys that are compatible with the key at <paramref name="place"/>, itself included.</summary>
    public int CountAt(int place)
    {
        var run = runs[runOf[place]];
        return CountThrough(run.Parent) + run.End - run.Start;
    }

    /// <summary>Adds the places of the compatible keys.</summary>
    public void Collect(string text, List<int> into)
    {
        var (shorter, start, end) = Find(text);
        Collect(shorter, start, end, into);
    }

    /// <summary>Adds the places of the keys that are compatible with the key at <paramref name="place"/>, itself included.</summary>
    public void CollectAt(int place, List<int> into)
    {
        var run = runs[runOf[place]];
        Collect(run.Parent, run.Start, run.End, into);
    }

    private int CountDistinct()
    {
        var distinct = 0;
        for (var i = 0; i < places.Length; i++)
        {
            distinct += i == 0 || keys[places[i]] != keys[places[i - 1]] ? 1 : 0;
        }

        return distinct;
    }

    // The runs that a text begins with are the last run and those above it.
    private void AddRun(string text, int start)
    {
        var parent = count - 1;
        while (parent != None && !text.StartsWith(runs[parent].Text, StringComparison.Ordinal))
        {
            runs[parent].End = start;
            parent = runs[parent].Parent;
        }

        runs[count++] = new Run { Text = text, Start = start, Parent = parent, CountAbove = CountThrough(parent) };
    }

    private int CountThrough(int run) => run == None ? 0 : runs[run].CountAbove + runs[run].OwnEnd - runs[run].Start;

    private void Collect(int shorter, int start, int end, List<int> into)
    {
        for (; shorter != None; shorter = runs[shorter].Parent)
        {
            Add(runs[shorter].Start, runs[shorter].OwnEnd, into);
        }

        Add(start, end, into);
    }

    private void Add(int start, int end, List<int> into)
    {
        for (var i = start; i < end; i++)
        {
            into.Add(places[i]);
        }
    }

    // The longest key that is shorter than the text and begins it, and the range of keys that begin with the text.
    private (int Shorter, int Start, int End) Find(string text)
    {
        var first = Search(0, key => string.CompareOrdinal(key, text) < 0);
        var shorter = first - 1;
        while (shorter != None && !text.StartsWith(runs[shorter].Text, StringComparison.Ordinal))
        {
            shorter = runs[shorter].Parent;
        }

        if (first == count || !runs[first].Text.StartsWith(text, StringComparison.Ordinal))
        {
            return (shorter, 0, 0);
        }

        var last = runs[first].Text.Length == text.Length
            ? runs[first].End
            : runs[Search(first, key => key.StartsWith(text, StringComparison.Ordinal)) - 1].OwnEnd;
        return (shorter, runs[first].Start, last);
    }

    // The first run from a place on whose key is not (or no longer) one of these.
    private int Search(int low, Predicate<string> isBefore)
    {
        var high = count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (isBefore(runs[middle].Text))
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

    private struct Run
    {
        public string Text;

        // Where its places begin; where they end; where those of the longer keys that begin with it end.
        public int Start;
        public int OwnEnd;
        public int End;

        // The longest shorter key that begins it, and the number of keys that begin it.
        public int Parent;
        public int CountAbove;
    }
}
