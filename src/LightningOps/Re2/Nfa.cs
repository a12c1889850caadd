using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>What a state of an <see cref="Nfa"/> does.</summary>
internal enum NfaStep : byte
{
    /// <summary>Goes to <c>Next</c> and to <c>Other</c> without reading.</summary>
    Split,

    /// <summary>Reads one code point of a set and goes to <c>Next</c>.</summary>
    Read,

    /// <summary>Goes to <c>Next</c> where its assertion holds.</summary>
    Assert,

    /// <summary>Accepts whatever follows.</summary>
    AcceptAll,
}

/// <summary>
/// A nondeterministic automaton with assertions, for the texts in which an expression matches somewhere: the way in
/// loops over any text first unless the expression is anchored, and a match is followed by any text.
/// </summary>
internal sealed class Nfa
{
    internal Nfa(NfaStep[] steps, int[] next, int[] other, CodePointSet[] sets, int start, bool hasControls)
    {
        Steps = steps;
        Next = next;
        Other = other;
        Sets = sets;
        Start = start;
        HasControls = hasControls;
    }

    /// <summary>What each state does.</summary>
    public NfaStep[] Steps { get; }

    /// <summary>Where each state goes; unused for accepting ones.</summary>
    public int[] Next { get; }

    /// <summary>
    /// The second way of a split, the index into <see cref="Sets"/> of a read, or the
    /// <see cref="Re2AssertionKind"/> of an assertion.
    /// </summary>
    public int[] Other { get; }

    /// <summary>The distinct sets that reads use, cut to the universe.</summary>
    public CodePointSet[] Sets { get; }

    /// <summary>The first state.</summary>
    public int Start { get; }

    /// <summary>Whether its texts may hold control characters.</summary>
    public bool HasControls { get; }

    /// <summary>How many states there are.</summary>
    public int Count => Steps.Length;
}

/// <summary>Whether something matches without reading; the larger, the more readily.</summary>
internal enum Emptiness
{
    /// <summary>Every match reads something.</summary>
    Never,

    /// <summary>Where an assertion holds.</summary>
    OnCondition,

    /// <summary>Everywhere.</summary>
    Always,
}
