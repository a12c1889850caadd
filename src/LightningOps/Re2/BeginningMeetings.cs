using System;
using System.Collections.Generic;

namespace LightningOps.Re2;

/// <summary>
/// Finds which of many expressions may have a common text, from the beginnings of their texts. Equal beginnings share
/// the nodes of one tree, so that expressions that differ early are never paired.
/// </summary>
internal sealed class BeginningMeetings
{
    private readonly BeginningTree tree;
    private readonly Func<int, int, bool> mayMeet;
    private readonly int maxPairs;
    private readonly HashSet<long> pairs = new();
    private readonly Stack<int[]> pending = new();
    private readonly List<int> children = new();
    private readonly List<int> endings = new();
    private readonly List<int> below = new();
    private readonly List<int> together = new();
    private long steps;

    private BeginningMeetings(BeginningTree tree, Func<int, int, bool> mayMeet, long maxSteps, int maxPairs)
    {
        this.tree = tree;
        this.mayMeet = mayMeet;
        this.maxPairs = maxPairs;
        steps = maxSteps;
    }

    private bool IsSpent => steps < 0 || pairs.Count > maxPairs;

    /// <summary>
    /// The pairs that may meet, each with the smaller index in its upper half; null when more than <paramref
    /// name="maxSteps"/> steps would be needed, or more than <paramref name="maxPairs"/> pairs exist.
    /// </summary>
    /// <param name="tree">The beginnings of the expressions.</param>
    /// <param name="mayMeet">False for two indexes whose expressions have no common text for another reason.</param>
    /// <param name="maxSteps">Bound of the work.</param>
    /// <param name="maxPairs">Bound of the result.</param>
    public static IReadOnlyCollection<long>? Find(BeginningTree tree, Func<int, int, bool> mayMeet, long maxSteps, int maxPairs)
    {
        var meetings = new BeginningMeetings(tree, mayMeet, maxSteps, maxPairs);
        return meetings.Walk() ? meetings.pairs : null;
    }

    private bool Walk()
    {
        pending.Push([0]);
        while (pending.Count > 0 && !IsSpent)
        {
            Visit(pending.Pop());
        }

        return !IsSpent;
    }

    // Texts that begin equally reach these nodes together.
    private void Visit(int[] place)
    {
        children.Clear();
        endings.Clear();
        foreach (var node in place)
        {
            for (var child = tree.GetFirstChild(node); child != BeginningTree.None; child = tree.GetSibling(child))
            {
                children.Add(child);
            }

            for (var index = tree.GetFirstEnding(node); index != BeginningTree.None; index = tree.GetNextEnding(index))
            {
                endings.Add(index);
            }
        }

        steps -= children.Count + endings.Count;
        PairEndings();
        var hasSets = false;
        foreach (var child in children)
        {
            hasSets |= tree.HasSet(child);
        }

        if (place.Length > 1 || hasSets)
        {
            VisitBySymbol();
            return;
        }

        foreach (var child in children)
        {
            if (tree.GetSize(child) > 1)
            {
                pending.Push([child]);
            }
        }
    }

    private void PairEndings()
    {
        for (var i = 0; i < endings.Count && !IsSpent; i++)
        {
            var one = tree.GetBeginning(endings[i]);
            for (var j = i + 1; j < endings.Count && !IsSpent; j++)
            {
                if (one.MayContinueAs(tree.GetBeginning(endings[j])))
                {
                    Pair(endings[i], endings[j]);
                }
            }

            foreach (var child in children)
            {
                if (one.Next.Meets(tree.GetSet(child)))
                {
                    PairWithAllBelow(endings[i], child);
                }
            }
        }
    }

    private void PairWithAllBelow(int index, int top)
    {
        below.Clear();
        below.Add(top);
        while (below.Count > 0 && !IsSpent)
        {
            var node = below[below.Count - 1];
            below.RemoveAt(below.Count - 1);
            steps--;
            for (var other = tree.GetFirstEnding(node); other != BeginningTree.None && !IsSpent; other = tree.GetNextEnding(other))
            {
                Pair(index, other);
            }

            for (var child = tree.GetFirstChild(node); child != BeginningTree.None; child = tree.GetSibling(child))
            {
                below.Add(child);
            }
        }
    }

    private void Pair(int one, int other)
    {
        steps--;
        if (mayMeet(one, other))
        {
            pairs.Add(((long)Math.Min(one, other) << 32) | (uint)Math.Max(one, other));
        }
    }

    // Symbols that lead to the same children are followed once.
    private void VisitBySymbol()
    {
        var left = new AsciiSet(0, 0);
        foreach (var child in children)
        {
            left = left.Union(tree.GetSet(child));
        }

        while (!left.IsEmpty && !IsSpent)
        {
            var symbol = left.Lowest;
            var (group, size) = (left, 0);
            together.Clear();
            foreach (var child in children)
            {
                var set = tree.GetSet(child);
                if (set.Contains(symbol))
                {
                    group = group.Intersect(set);
                    size += tree.GetSize(child);
                    together.Add(child);
                }
                else
                {
                    group = group.Except(set);
                }
            }

            steps -= children.Count;
            left = left.Except(group);
            if (size > 1)
            {
                pending.Push(together.ToArray());
            }
        }
    }
}
