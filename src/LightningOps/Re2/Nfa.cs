using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>Action of a state of an <see cref="Nfa" />.</summary>
internal enum NfaStep : byte
{
    /// <summary>Goes to <c>Next</c> and to <c>Other</c> without reading.</summary>
    Split,

    /// <summary>Reads one code point of a set and goes to <c>Next</c>.</summary>
    Read,

    /// <summary>Goes to <c>Next</c> if its assertion holds.</summary>
    Assert,

    /// <summary>Accepts any continuation.</summary>
    AcceptAll,
}

/// <summary>
/// A nondeterministic automaton with assertions, for the texts in which an expression matches anywhere. Unless the
/// expression is anchored, the start loops over any text, and a match is followed by any text.
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

    /// <summary>Action of each state.</summary>
    public NfaStep[] Steps { get; }

    /// <summary>Target of each state; unused for accepting ones.</summary>
    public int[] Next { get; }

    /// <summary>
    /// The second target of a split, the index into <see cref="Sets" /> of a read, or the <see
    /// cref="Re2AssertionKind" /> of an assertion.
    /// </summary>
    public int[] Other { get; }

    /// <summary>The distinct sets of reads, restricted to the universe.</summary>
    public CodePointSet[] Sets { get; }

    /// <summary>The first state.</summary>
    public int Start { get; }

    /// <summary>Whether its texts may contain control characters.</summary>
    public bool HasControls { get; }

    /// <summary>Number of states.</summary>
    public int Count => Steps.Length;
}

/// <summary>Whether a part matches without reading; larger values match more easily.</summary>
internal enum Emptiness
{
    /// <summary>Every match reads something.</summary>
    Never,

    /// <summary>If an assertion holds.</summary>
    OnCondition,

    /// <summary>Always.</summary>
    Always,
}
