using System;
using System.Globalization;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>The texts in which an expression matches anywhere.</summary>
/// <remarks>
///  Keeps the text, not the syntax tree. Most of a million expressions are never compared, and their trees would
/// dominate the memory of a compile. A compared expression is parsed once more.
/// </remarks>
internal sealed class ExpressionLanguage : RegularLanguage
{
    private readonly string pattern;
    private readonly LanguageBounds bounds;
    private readonly CodePointSet universe;
    private readonly string? feature;
    private readonly bool treeMatchesMore;
    private Nfa? nfa;
    private Dfa? dfa;
    private bool hasTriedNfa;
    private bool hasTriedDfa;
    private bool isBoundByOthers;

    public ExpressionLanguage(Re2Expression expression, LanguageBounds bounds, CodePointSet universe, string? feature = null)
    {
        pattern = expression.Pattern;
        this.bounds = bounds;
        this.universe = universe;
        this.feature = feature ?? expression.UnanalyzableReason;
        treeMatchesMore = expression.TreeMatchesMore;
        LiteralPrefix = Re2Edges.Prefix(expression.Root);
        LiteralSuffix = Re2Edges.Suffix(expression.Root);
        Beginning = LanguageBeginning.Read(expression.Root);
        Sample = universe.Equals(CodePointSet.Hosts) && this.feature is null ? Re2Sample.Find(expression.Root, universe) : null;
        AfterPrefix = Re2Beginnings.GetNext(LiteralPrefix, expression.Root, Beginning);
    }

    /// <summary>True when the expression has a feature that automata cannot follow.</summary>
    public bool UsesUnanalyzableFeature => feature is not null;

    /// <inheritdoc/>
    public override string? UnanalyzableReason => feature
        ?? (Automaton is not null ? null : isBoundByOthers ? "the automata of all expressions together exceed their limit of steps" : string.Format(
            CultureInfo.InvariantCulture, "automaton exceeds its limit of {0} states", bounds.MaxDfaStates));

    /// <inheritdoc/>
    public override string LiteralPrefix { get; }

    /// <inheritdoc/>
    public override string LiteralSuffix { get; }

    /// <summary>Characters that may follow <see cref="LiteralPrefix" />.</summary>
    public AsciiSet AfterPrefix { get; }

    /// <summary>How its texts begin.</summary>
    public LanguageBeginning Beginning { get; }

    /// <summary>A host that it matches, as far as the syntax shows one; null for a path.</summary>
    public string? Sample { get; }

    /// <inheritdoc/>
    public override bool MatchesExactly =>
        !treeMatchesMore && (dfa is not null || Nfa is not null);

    /// <inheritdoc/>
    internal override IAutomaton? Automaton
    {
        get
        {
            if (!hasTriedDfa)
            {
                hasTriedDfa = true;
                isBoundByOthers = bounds.Shared is { Exhausted: true };
                dfa = feature is null && Nfa is not null ? Determinizer.Run(Nfa, bounds) : null;
                if (dfa is not null)
                {
                    nfa = null;
                    hasTriedNfa = false;
                }
            }

            return dfa;
        }
    }

    /// <summary>The nondeterministic automaton, created on first use; null when it exceeds its bound.</summary>
    internal Nfa? Nfa
    {
        get
        {
            if (!hasTriedNfa)
            {
                hasTriedNfa = true;
                nfa = NfaBuilder.Build(Parsed().Root, bounds.MaxNfaStates, universe);
            }

            return nfa;
        }
    }

    /// <summary>The nondeterministic automaton without caching it; null when it exceeds its bound.</summary>
    public Nfa? CreateNfa() => nfa ?? NfaBuilder.Build(Parsed().Root, bounds.MaxNfaStates, universe);

    /// <inheritdoc/>
    public override bool Matches(string text)
    {
        if (!text.StartsWith(LiteralPrefix, StringComparison.Ordinal) ||
            !text.EndsWith(LiteralSuffix, StringComparison.Ordinal) ||
            !(universe.Contains(0) ? CodePoints.AreIn(text, universe) : CodePoints.AreVisible(text)))
        {
            return false;
        }

        if (Automaton is { } automaton)
        {
            return automaton.Accepts(text);
        }

        return Nfa is null || NfaSimulation.Matches(Nfa, text);
    }

    /// <inheritdoc/>
    public override string ToString() => "expression " + pattern;

    /// <inheritdoc/>
    internal override bool IsWrittenAs(RegularLanguage other) =>
        other is ExpressionLanguage theirs && string.Equals(pattern, theirs.pattern, StringComparison.Ordinal) && universe.Equals(theirs.universe);

    private Re2Expression Parsed() =>
        Re2Expression.TryParse(pattern, out var expression, out var error)
            ? expression
            : throw new InvalidOperationException("An expression that was parsed before: " + error.Message);
}
