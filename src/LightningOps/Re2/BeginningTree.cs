using System;
using System.Collections.Generic;

namespace LightningOps.Re2;

/// <summary>A tree of the beginnings of many expressions. Equal beginnings share its nodes; node 0 is the root.</summary>
internal sealed class BeginningTree
{
    /// <summary>No node, or no expression.</summary>
    public const int None = -1;

    private readonly IReadOnlyList<LanguageContinuation> beginnings;
    private readonly List<Node> nodes = new() { new Node(None, None) };
    private readonly int[] nextEnding;
    private readonly List<AsciiSet> sets = new();
    private readonly Dictionary<AsciiSet, int> setPlaces = new();
    private readonly List<int> reached = new();
    private readonly List<int> next = new();

    private BeginningTree(IReadOnlyList<LanguageContinuation> beginnings)
    {
        this.beginnings = beginnings;
        nextEnding = new int[beginnings.Count];
    }

    /// <summary>Number of steps that the tree took.</summary>
    public long Steps { get; private set; }

    /// <summary>A tree of these beginnings; null when it would take more than <paramref name="maxSteps"/> steps.</summary>
    public static BeginningTree? Create(IReadOnlyList<LanguageContinuation> beginnings, long maxSteps)
    {
        var tree = new BeginningTree(beginnings);
        for (var i = 0; i < beginnings.Count && tree.Steps <= maxSteps; i++)
        {
            tree.Add(i);
        }

        return tree.Steps <= maxSteps ? tree : null;
    }

    /// <summary>The beginning of an expression.</summary>
    public LanguageBeginning GetBeginning(int index) => beginnings[index].Beginning;

    /// <summary>The first child of a node.</summary>
    public int GetFirstChild(int node) => nodes[node].FirstChild;

    /// <summary>The next child of the same parent.</summary>
    public int GetSibling(int node) => nodes[node].Sibling;

    /// <summary>The first expression whose beginning ends at a node.</summary>
    public int GetFirstEnding(int node) => nodes[node].FirstEnding;

    /// <summary>The next expression whose beginning ends at the same node.</summary>
    public int GetNextEnding(int index) => nextEnding[index];

    /// <summary>Number of expressions at a node and below.</summary>
    public int GetSize(int node) => nodes[node].Size;

    /// <summary>Whether a node is entered with several symbols.</summary>
    public bool HasSet(int node) => nodes[node].Symbol >= AsciiSet.Symbols;

    /// <summary>The symbols that lead to a node.</summary>
    public AsciiSet GetSet(int node) => HasSet(node) ? sets[nodes[node].Symbol - AsciiSet.Symbols] : AsciiSet.Create(nodes[node].Symbol);

    /// <summary>Adds the expressions whose beginning fits a text from its character at <paramref name="start"/> on, in no order.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">The first character.</param>
    /// <param name="found">Receives the expressions.</param>
    /// <param name="steps">Steps that may be taken; those taken are subtracted.</param>
    /// <returns>False if more steps are needed; some expressions are then missing.</returns>
    public bool TryFindFitting(string text, int start, List<int> found, ref long steps)
    {
        reached.Clear();
        reached.Add(0);
        for (var at = start; reached.Count > 0 && steps > 0; at += at + 1 < text.Length && char.IsHighSurrogate(text[at]) ? 2 : 1)
        {
            var isEnd = at >= text.Length;
            next.Clear();
            foreach (var node in reached)
            {
                for (var index = nodes[node].FirstEnding; index != None; index = nextEnding[index])
                {
                    steps--;
                    if (isEnd ? GetBeginning(index).MayEnd : GetBeginning(index).Next.MayContain(text[at]))
                    {
                        found.Add(index);
                    }
                }

                for (var child = nodes[node].FirstChild; !isEnd && child != None; child = nodes[child].Sibling)
                {
                    steps--;
                    if (GetSet(child).MayContain(text[at]))
                    {
                        next.Add(child);
                    }
                }
            }

            reached.Clear();
            reached.AddRange(next);
        }

        return steps > 0;
    }

    private void Add(int index)
    {
        var node = 0;
        Grow(node);
        var (beginning, start) = beginnings[index];
        for (var i = start; i < beginning.Places.Length; i++)
        {
            var place = beginning.Places[i];
            var symbol = place < AsciiSet.Symbols ? place : AsciiSet.Symbols + GetPlace(beginning.Sets[place - AsciiSet.Symbols]);
            node = GetChild(node, symbol);
            Grow(node);
        }

        nextEnding[index] = nodes[node].FirstEnding;
        nodes[node] = nodes[node] with { FirstEnding = index };
    }

    private void Grow(int node) => nodes[node] = nodes[node] with { Size = nodes[node].Size + 1 };

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
            Steps++;
            if (nodes[child].Symbol == symbol)
            {
                return child;
            }
        }

        nodes.Add(new Node(symbol, nodes[node].FirstChild));
        nodes[node] = nodes[node] with { FirstChild = nodes.Count - 1 };
        return nodes.Count - 1;
    }

    private readonly record struct Node(int Symbol, int Sibling)
    {
        public int FirstChild { get; init; } = None;

        public int FirstEnding { get; init; } = None;

        public int Size { get; init; }
    }
}
