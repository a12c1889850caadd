using System;
using System.Collections.Generic;

namespace LightningOps.Compile.Languages;

/// <summary>
/// The universe cut into classes of code points that an automaton does not tell apart. Classes are numbered from 0;
/// what is outside the universe has class <see cref="Outside"/>.
/// </summary>
internal sealed class Alphabet
{
    /// <summary>The class of code points outside the universe.</summary>
    public const int Outside = -1;

    private readonly int[] _ascii = new int[128];

    private Alphabet(int[] starts, int[] classes, int count)
    {
        Starts = starts;
        Classes = classes;
        Count = count;
        for (var c = 0; c < _ascii.Length; c++)
        {
            _ascii[c] = Search(c);
        }
    }

    /// <summary>The first code points of the intervals, ascending from 0.</summary>
    public int[] Starts { get; }

    /// <summary>The class of each interval.</summary>
    public int[] Classes { get; }

    /// <summary>How many classes there are.</summary>
    public int Count { get; }

    /// <summary>The coarsest alphabet in which each of <paramref name="sets"/> is a union of classes.</summary>
    public static Alphabet Of(IReadOnlyList<CodePointSet> sets)
    {
        var starts = StartsOf(sets);
        var classes = new int[starts.Length];
        for (var i = 0; i < starts.Length; i++)
        {
            classes[i] = CodePointSet.Universe.Contains(starts[i]) ? 0 : Outside;
        }

        var count = 1;
        foreach (var set in sets)
        {
            count = Refine(starts, classes, count, set);
        }

        return Renumber(starts, classes);
    }

    /// <summary>The alphabet with these intervals and classes <c>0 … count - 1</c>.</summary>
    public static Alphabet Numbered(int[] starts, int[] classes, int count) => new(starts, classes, count);

    private static Alphabet Renumber(int[] starts, int[] classes)
    {
        var numbers = new Dictionary<int, int>();
        var keptStarts = new List<int>(starts.Length);
        var keptClasses = new List<int>(starts.Length);
        for (var i = 0; i < starts.Length; i++)
        {
            var number = Outside;
            if (classes[i] != Outside && !numbers.TryGetValue(classes[i], out number))
            {
                number = numbers.Count;
                numbers.Add(classes[i], number);
            }

            if (keptClasses.Count == 0 || keptClasses[keptClasses.Count - 1] != number)
            {
                keptStarts.Add(starts[i]);
                keptClasses.Add(number);
            }
        }

        return new Alphabet(keptStarts.ToArray(), keptClasses.ToArray(), numbers.Count);
    }

    /// <summary>The class of a code point.</summary>
    public int ClassOf(int codePoint) => codePoint < 128 ? _ascii[codePoint] : Search(codePoint);

    /// <summary>The classes that <paramref name="set"/> is the union of, ascending.</summary>
    public int[] ClassesIn(CodePointSet set)
    {
        var found = new SortedSet<int>();
        for (var i = 0; i < set.Ranges.Length; i += 2)
        {
            for (var at = IndexOf(set.Ranges[i]); at < Starts.Length && Starts[at] <= set.Ranges[i + 1]; at++)
            {
                found.Add(Classes[at]);
            }
        }

        found.Remove(Outside);
        var result = new int[found.Count];
        found.CopyTo(result);
        return result;
    }

    private static int[] StartsOf(IReadOnlyList<CodePointSet> sets)
    {
        var all = new HashSet<int> { 0 };
        AddBounds(all, CodePointSet.Universe);
        foreach (var set in sets)
        {
            AddBounds(all, set);
        }

        var starts = new int[all.Count];
        all.CopyTo(starts);
        Array.Sort(starts);
        return starts;
    }

    private static void AddBounds(HashSet<int> starts, CodePointSet set)
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
    private static int Refine(int[] starts, int[] classes, int count, CodePointSet set)
    {
        var split = new Dictionary<int, int>();
        for (var i = 0; i < set.Ranges.Length; i += 2)
        {
            var at = Array.BinarySearch(starts, set.Ranges[i]);
            for (; at < starts.Length && starts[at] <= set.Ranges[i + 1]; at++)
            {
                if (classes[at] == Outside)
                {
                    continue;
                }

                if (!split.TryGetValue(classes[at], out var inside))
                {
                    inside = count++;
                    split.Add(classes[at], inside);
                }

                classes[at] = inside;
            }
        }

        return count;
    }

    private int IndexOf(int codePoint)
    {
        var index = Array.BinarySearch(Starts, codePoint);
        return index < 0 ? ~index - 1 : index;
    }

    private int Search(int codePoint) => Classes[IndexOf(codePoint)];
}
