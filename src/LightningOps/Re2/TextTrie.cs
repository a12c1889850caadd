using System.Collections.Generic;
using System.Linq;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>The automaton of a set of texts, some of which may be followed by anything. Built in time linear to their length.</summary>
internal sealed class TextTrie : IAutomaton
{
    private readonly Dictionary<long, int> children = new();
    private readonly List<bool> isEnd = new() { false };
    private readonly List<bool> isOpen = new() { false };

    /// <summary>The automaton of <paramref name="literals"/>, and of everything that begins with a prefix.</summary>
    public TextTrie(IReadOnlyCollection<string> literals, IReadOnlyCollection<string> prefixes)
    {
        var texts = literals.Concat(prefixes);
        var singles = new HashSet<int>();
        foreach (var text in texts)
        {
            for (var i = 0; i < text.Length; i++)
            {
                singles.Add(CodePoints.At(text, ref i));
            }
        }

        Alphabet = Alphabet.Create(singles.OrderBy(codePoint => codePoint).Select(CodePointSet.Create).ToList());
        foreach (var literal in literals)
        {
            isEnd[Insert(literal)] = true;
        }

        foreach (var prefix in prefixes)
        {
            var node = Insert(prefix);
            isEnd[node] = true;
            isOpen[node] = true;
        }

        Start = literals.Count + prefixes.Count == 0 ? Dfa.Dead : 0;
    }

    /// <inheritdoc/>
    public Alphabet Alphabet { get; }

    /// <inheritdoc/>
    public int Start { get; }

    /// <inheritdoc/>
    public int Step(int state, int symbol)
    {
        if (isOpen[state])
        {
            return state;
        }

        return children.TryGetValue(Key(state, symbol), out var child) ? child : Dfa.Dead;
    }

    /// <inheritdoc/>
    public bool IsAccepting(int state) => isEnd[state];

    /// <inheritdoc/>
    public bool IsUniversal(int state) => isOpen[state];

    private static long Key(int node, int symbol) => ((long)node << 32) | (uint)symbol;

    private int Insert(string text)
    {
        var node = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var key = Key(node, Alphabet.GetClass(CodePoints.At(text, ref i)));
            if (!children.TryGetValue(key, out node))
            {
                node = isEnd.Count;
                children.Add(key, node);
                isEnd.Add(false);
                isOpen.Add(false);
            }
        }

        return node;
    }
}
