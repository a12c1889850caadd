using System;
using System.Collections.Generic;

namespace LightningOps.Re2;

/// <summary>
/// Finds which of many expressions may have a common text, from the beginnings of their texts. Equal beginnings share
/// the nodes of one tree, so that expressions that differ early are never paired.
/// </summary>
internal sealed class BeginningMeetings
{
    private const int None = -1;

    private readonly IReadOnlyList<LanguageContinuation> beginnings;
    private readonly Func<int, int, bool> mayMeet;
    private readonly int maxPairs;
    private readonly HashSet<long> pairs = new();
    private readonly List<Node> nodes = new() { new Node(None, None) };
    private readonly int[] nextEnding;
    private readonly List<AsciiSet> sets = new();
    private readonly Dictionary<AsciiSet, int> setPlaces = new();
    private readonly Stack<int[]> pending = new();
    private readonly List<int> children = new();
    private readonly List<int> endings = new();
    private readonly List<int> below = new();
    private readonly List<int> together = new();
    private long steps;

    private BeginningMeetings(IReadOnlyList<LanguageContinuation> beginnings, Func<int, int, bool> mayMeet, long maxSteps, int maxPairs)
    {
        this.beginnings = beginnings;
        this.mayMeet = mayMeet;
        this.maxPairs = maxPairs;
        steps = maxSteps;
        nextEnding = new int[beginnings.Count];
    }

    private bool IsSpent => steps < 0 || pairs.Count > maxPairs;

    /// <summary>
    /// The pairs that may meet, each with the smaller index in its upper half; null when more than <paramref
    /// name="maxSteps"/> steps would be needed, or more than <paramref name="maxPairs"/> pairs exist.
    /// </summary>
    /// <param name="beginnings">The beginnings of the expressions.</param>
    /// <param name="mayMeet">False for two indexes whose expressions have no common text for another reason.</param>
    /// <param name="maxSteps">Bound of the work.</param>
    /// <param name="maxPairs">Bound of the result.</param>
    public static IReadOnlyCollection<long>? Find(IReadOnlyList<LanguageContinuation> beginnings, Func<int, int, bool> mayMeet, long maxSteps, int maxPairs)
    {
        var meetings = new BeginningMeetings(beginnings, mayMeet, maxSteps, maxPairs);
        for (var i = 0; i < beginnings.Count && !meetings.IsSpent; i++)
        {
            meetings.Add(i);
        }

        return !meetings.IsSpent && meetings.Walk() ? meetings.pairs : null;
    }

    private void Add(int index)
    {
        var node = 0;
        Count(node);
        var (beginning, start) = beginnings[index];
        for (var i = start; i < beginning.Places.Length; i++)
        {
            var place = beginning.Places[i];
            var symbol = place < AsciiSet.Symbols ? place : AsciiSet.Symbols + GetPlace(beginning.Sets[place - AsciiSet.Symbols]);
            node = GetChild(node, symbol);
            Count(node);
        }

        nextEnding[index] = nodes[node].FirstEnding;
        nodes[node] = nodes[node] with { FirstEnding = index };
    }

    private void Count(int node) => nodes[node] = nodes[node] with { Size = nodes[node].Size + 1 };

    private int GetPlace(AsciiSet set)
    {
        if (!setPlaces.TryGetValue(set, out var place))
        {
            setPlaces.Add(set, place = sets.Count);
            sets.Add(set);
        }

        return place;
    }

    private int GetChild(int node, int symbol)
    {
        for (var child = nodes[node].FirstChild; child != None; child = nodes[child].Sibling)
        {
            steps--;
            if (nodes[child].Symbol == symbol)
            {
                return child;
            }
        }

        nodes.Add(new Node(symbol, nodes[node].FirstChild));
        nodes[node] = nodes[node] with { FirstChild = nodes.Count - 1 };
        return nodes.Count - 1;
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
            for (var child = nodes[node].FirstChild; child != None; child = nodes[child].Sibling)
            {
                children.Add(child);
            }

            for (var index = nodes[node].FirstEnding; index != None; index = nextEnding[index])
            {
                endings.Add(index);
            }
        }

        steps -= children.Count + endings.Count;
        PairEndings();
        var hasSets = false;
        foreach (var child in children)
        {
            hasSets |= nodes[child].Symbol >= AsciiSet.Symbols;
        }

        if (place.Length > 1 || hasSets)
        {
            VisitBySymbol();
            return;
        }

        foreach (var child in children)
        {
            if (nodes[child].Size > 1)
            {
                pending.Push([child]);
            }
        }
    }

    private void PairEndings()
    {
        for (var i = 0; i < endings.Count && !IsSpent; i++)
        {
            var one = beginnings[endings[i]].Beginning;
            for (var j = i + 1; j < endings.Count && !IsSpent; j++)
            {
                if (one.MayContinueAs(beginnings[endings[j]].Beginning))
                {
                    Pair(endings[i], endings[j]);
                }
            }

            foreach (var child in children)
            {
                if (one.Next.Meets(GetSet(child)))
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
            for (var other = nodes[node].FirstEnding; other != None && !IsSpent; other = nextEnding[other])
            {
                Pair(index, other);
            }

            for (var child = nodes[node].FirstChild; child != None; child = nodes[child].Sibling)
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
            left = left.Union(GetSet(child));
        }

        while (!left.IsEmpty && !IsSpent)
        {
            var symbol = left.Lowest;
            var (group, size) = (left, 0);
            together.Clear();
            foreach (var child in children)
            {
                var set = GetSet(child);
                if (set.Contains(symbol))
                {
                    group = group.Intersect(set);
                    size += nodes[child].Size;
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

    private AsciiSet GetSet(int node) =>
        nodes[node].Symbol < AsciiSet.Symbols ? AsciiSet.Create(nodes[node].Symbol) : sets[nodes[node].Symbol - AsciiSet.Symbols];

    private readonly record struct Node(int Symbol, int Sibling)
    {
        public int FirstChild { get; init; } = None;

        public int FirstEnding { get; init; } = None;

        public int Size { get; init; }
    }
}
