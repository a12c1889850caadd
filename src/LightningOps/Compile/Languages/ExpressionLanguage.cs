using System;
using System.Globalization;

namespace LightningOps.Compile.Languages;

/// <summary>The texts in which an expression matches somewhere.</summary>
/// <remarks>
/// Keeps the text, not the syntax tree: most of a million expressions are never compared with another, and their
/// trees would be the memory of a compile. One that is compared is parsed once more.
/// </remarks>
internal sealed class ExpressionLanguage : RegularLanguage
{
    private readonly string _pattern;
    private readonly LanguageBounds _bounds;
    private readonly CodePointSet _universe;
    private readonly string? _feature;
    private readonly bool _usesScriptClass;
    private Nfa? _nfa;
    private Dfa? _dfa;
    private bool _hasTriedNfa;
    private bool _hasTriedDfa;

    public ExpressionLanguage(Re2Expression expression, LanguageBounds bounds, CodePointSet universe, string? feature = null)
    {
        _pattern = expression.Pattern;
        _bounds = bounds;
        _universe = universe;
        _feature = feature ?? expression.UnanalyzableReason;
        _usesScriptClass = expression.UsesScriptClass;
        LiteralPrefix = Re2Edges.Prefix(expression.Root);
        LiteralSuffix = Re2Edges.Suffix(expression.Root);
    }

    /// <summary>True when automata cannot follow what the expression uses.</summary>
    public bool UsesUnanalyzableFeature => _feature is not null;

    /// <inheritdoc/>
    public override string? UnanalyzableReason => _feature
        ?? (Automaton is not null ? null : string.Format(
            CultureInfo.InvariantCulture, "automaton over its bound of {0} states", _bounds.MaxDfaStates));

    /// <inheritdoc/>
    public override string LiteralPrefix { get; }

    /// <inheritdoc/>
    public override string LiteralSuffix { get; }

    /// <inheritdoc/>
    public override bool MatchesExactly =>
        !_usesScriptClass && (_dfa is not null || Nfa is not null);

    /// <inheritdoc/>
    internal override IAutomaton? Automaton
    {
        get
        {
            if (!_hasTriedDfa)
            {
                _hasTriedDfa = true;
                _dfa = _feature is null && Nfa is not null ? Determinizer.Run(Nfa, _bounds) : null;
                if (_dfa is not null)
                {
                    _nfa = null;
                    _hasTriedNfa = false;
                }
            }

            return _dfa;
        }
    }

    /// <summary>The nondeterministic automaton, made now if it was not; null when over its bound.</summary>
    internal Nfa? Nfa
    {
        get
        {
            if (!_hasTriedNfa)
            {
                _hasTriedNfa = true;
                _nfa = NfaBuilder.Build(Parsed().Root, _bounds.MaxNfaStates, _universe);
            }

            return _nfa;
        }
    }

    /// <inheritdoc/>
    public override bool Matches(string text)
    {
        if (!text.StartsWith(LiteralPrefix, StringComparison.Ordinal) ||
            !text.EndsWith(LiteralSuffix, StringComparison.Ordinal) ||
            !CodePoints.AreVisible(text))
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
    public override void ReleaseAutomaton()
    {
        _nfa = null;
        _dfa = null;
        _hasTriedNfa = false;
        _hasTriedDfa = false;
    }

    /// <inheritdoc/>
    public override string ToString() => "expression " + _pattern;

    /// <inheritdoc/>
    internal override bool IsWrittenAs(RegularLanguage other) =>
        other is ExpressionLanguage theirs && string.Equals(_pattern, theirs._pattern, StringComparison.Ordinal) && _universe.Equals(theirs._universe);

    private Re2Expression Parsed() =>
        Re2Expression.TryParse(_pattern, out var expression, out var error)
            ? expression
            : throw new InvalidOperationException("An expression that was parsed before: " + error.Message);
}
