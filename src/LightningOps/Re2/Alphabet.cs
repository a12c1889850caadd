using System;
using System.Collections.Generic;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// The universe divided into classes of code points that an automaton does not distinguish. Classes are numbered from
/// 0; code points outside the universe have class <see cref="Outside" />.
/// </summary>
internal sealed class Alphabet
{
    /// <summary>The class of code points outside the universe.</summary>
    public const int Outside = -1;

    private readonly int[] ascii = new int[128];

    private Alphabet(int[] starts, int[] classes, int count)
    {
        Starts = starts;
        Classes = classes;
        Count = count;
        for (int c = 0, at = 0; c < ascii.Length; c++)
        {
            at += at + 1 < starts.Length && starts[at + 1] == c ? 1 : 0;
            ascii[c] = classes[at];
        }
    }

    /// <summary>The first code points of the intervals, ascending from 0.</summary>
    public int[] Starts { get; }

    /// <summary>The class of each interval.</summary>
    public int[] Classes { get; }

    /// <summary>Number of classes.</summary>
    public int Count { get; }

    /// <summary>The coarsest alphabet in which each of <paramref name="sets"/> is a union of classes.</summary>
    public static Alphabet Create(IReadOnlyList<CodePointSet> sets) => Create(sets, CodePointSet.Universe);

    /// <summary>The coarsest alphabet of a universe in which each of <paramref name="sets"/> is a union of classes.</summary>
    public static Alphabet Create(IReadOnlyList<CodePointSet> sets, CodePointSet universe)
    {
        var starts = GetStarts(sets, universe);
        var classes = new int[starts.Length];
        for (var i = 0; i < starts.Length; i++)
        {
            classes[i] = universe.Contains(starts[i]) ? 0 : Outside;
        }

        var count = 1;
        var split = new List<int>();
        foreach (var set in sets)
        {
            count = Refine(starts, classes, count, set, split);
        }

        return Renumber(starts, classes);
    }

    /// <summary>The alphabet with these intervals and classes <c>0 … count - 1</c>.</summary>
    public static Alphabet Numbered(int[] starts, int[] classes, int count) => new(starts, classes, count);

    /// <summary>The class of a code point.</summary>
    public int GetClass(int codePoint) => codePoint < 128 ? ascii[codePoint] : Search(codePoint);

    /// <summary>The first code point of a class.</summary>
    public int GetFirst(int symbol) => Starts[Array.IndexOf(Classes, symbol)];

    /// <summary>The classes whose union is <paramref name="set"/>, ascending.</summary>
    public int[] ClassesIn(CodePointSet set)
    {
        var isIn = new bool[Count];
        var count = 0;
        for (var i = 0; i < set.Ranges.Length; i += 2)
        {
            for (var at = FindRange(set.Ranges[i]); at < Starts.Length && Starts[at] <= set.Ranges[i + 1]; at++)
            {
                if (Classes[at] != Outside && !isIn[Classes[at]])
                {
                    isIn[Classes[at]] = true;
                    count++;
                }
            }
        }

        var result = new int[count];
        for (int symbol = 0, next = 0; next < count; symbol++)
        {
            if (isIn[symbol])
            {
                result[next++] = symbol;
            }
        }

        return result;
    }

    private static Alphabet Renumber(int[] starts, int[] classes)
    {
        var numbers = new List<int>();
        var keptStarts = new List<int>(starts.Length);
        var keptClasses = new List<int>(starts.Length);
        var count = 0;
        for (var i = 0; i < starts.Length; i++)
        {
            var number = Outside;
            if (classes[i] != Outside)
            {
                while (numbers.Count <= classes[i])
                {
                    numbers.Add(Outside);
                }

                number = numbers[classes[i]] == Outside ? numbers[classes[i]] = count++ : numbers[classes[i]];
            }

            if (keptClasses.Count == 0 || keptClasses[keptClasses.Count - 1] != number)
            {
                keptStarts.Add(starts[i]);
                keptClasses.Add(number);
            }
        }

        return new Alphabet(keptStarts.ToArray(), keptClasses.ToArray(), count);
    }

    private static int[] GetStarts(IReadOnlyList<CodePointSet> sets, CodePointSet universe)
    {
        var all = new List<int> { 0 };
        AddBounds(all, universe);
        foreach (var set in sets)
        {
            AddBounds(all, set);
        }

        all.Sort();
        var count = 0;
        for (var i = 0; i < all.Count; i++)
        {
            if (count == 0 || all[count - 1] != all[i])
            {
                all[count++] = all[i];
            }
        }

        return all.GetRange(0, count).ToArray();
    }

    private static void AddBounds(List<int> starts, CodePointSet set)
    {
        for (var i = 0; i < set.Ranges.Length; i += 2)
        {
            starts.Add(set.Ranges[i]);
            if (set.Ranges[i + 1] < CodePointSet.MaxCodePoint)
            {
                starts.Add(set.Ranges[i + 1] + 1);
            }
        }
    }

    // Splits every class that is partly in the set; the parts in the set get new numbers from count on.
    private static int Refine(int[] starts, int[] classes, int count, CodePointSet set, List<int> split)
    {
        var countBefore = count;
        while (split.Count < count)
        {
            split.Add(0);
        }

        for (var i = 0; i < set.Ranges.Length; i += 2)
        {
            var at = Array.BinarySearch(starts, set.Ranges[i]);
            for (; at < starts.Length && starts[at] <= set.Ranges[i + 1]; at++)
            {
                if (classes[at] == Outside)
                {
                    continue;
                }

                // A class split off by an earlier set has a number below this set's first.
                if (split[classes[at]] < countBefore)
                {
                    split[classes[at]] = count++;
                }

                classes[at] = split[classes[at]];
            }
        }

        return count;
    }

    private int FindRange(int codePoint)
    {
        var index = Array.BinarySearch(Starts, codePoint);
        return index < 0 ? ~index - 1 : index;
    }

    private int Search(int codePoint) => Classes[FindRange(codePoint)];
}
