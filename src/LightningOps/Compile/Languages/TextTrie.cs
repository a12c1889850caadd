using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Compile.Languages;

/// <summary>
/// The automaton of a set of texts, some of which may be followed by anything. Made in time linear to their length.
/// </summary>
internal sealed class TextTrie : IAutomaton
{
    private readonly Dictionary<long, int> _children = new();
    private readonly List<bool> _isEnd = new() { false };
    private readonly List<bool> _isOpen = new() { false };

    /// <summary>The automaton of <paramref name="literals"/>, and of all that begins with a prefix.</summary>
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

        Alphabet = Alphabet.Of(singles.OrderBy(codePoint => codePoint).Select(CodePointSet.Of).ToList());
        foreach (var literal in literals)
        {
            _isEnd[Insert(literal)] = true;
        }

        foreach (var prefix in prefixes)
        {
            var node = Insert(prefix);
            _isEnd[node] = true;
            _isOpen[node] = true;
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
        if (_isOpen[state])
        {
            return state;
        }

        return _children.TryGetValue(Key(state, symbol), out var child) ? child : Dfa.Dead;
    }

    /// <inheritdoc/>
    public bool IsAccepting(int state) => _isEnd[state];

    /// <inheritdoc/>
    public bool IsUniversal(int state) => _isOpen[state];

    private static long Key(int node, int symbol) => ((long)node << 32) | (uint)symbol;

    private int Insert(string text)
    {
        var node = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var key = Key(node, Alphabet.ClassOf(CodePoints.At(text, ref i)));
            if (!_children.TryGetValue(key, out node))
            {
                node = _isEnd.Count;
                _children.Add(key, node);
                _isEnd.Add(false);
                _isOpen.Add(false);
            }
        }

        return node;
    }
}
