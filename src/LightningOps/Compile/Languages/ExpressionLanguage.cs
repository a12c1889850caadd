using System;
using System.Globalization;

namespace LightningOps.Compile.Languages;

/// <summary>The texts in which an expression matches somewhere.</summary>
internal sealed class ExpressionLanguage(Re2Expression expression, LanguageBounds bounds) : RegularLanguage
{
    private string? _prefix;
    private string? _suffix;
    private Nfa? _nfa;
    private Dfa? _dfa;
    private bool _hasTriedNfa;
    private bool _hasTriedDfa;

    /// <summary>The expression.</summary>
    public Re2Expression Expression => expression;

    /// <inheritdoc/>
    public override string? UnanalyzableReason => expression.UnanalyzableReason
        ?? (Automaton is not null ? null : string.Format(
            CultureInfo.InvariantCulture, "automaton over its bound of {0} states", bounds.MaxDfaStates));

    /// <inheritdoc/>
    public override string LiteralPrefix => _prefix ??= Re2Literals.Prefix(expression.Root);

    /// <inheritdoc/>
    public override string LiteralSuffix => _suffix ??= Re2Literals.Suffix(expression.Root);

    /// <inheritdoc/>
    public override bool MatchesExactly =>
        !expression.UsesScriptClass && (_dfa is not null || Nfa is not null);

    /// <inheritdoc/>
    internal override IAutomaton? Automaton
    {
        get
        {
            if (!_hasTriedDfa)
            {
                _hasTriedDfa = true;
                _dfa = !expression.UsesUnanalyzableFeature && Nfa is not null ? Determinizer.Run(Nfa, bounds) : null;
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
                _nfa = NfaBuilder.Build(expression.Root, bounds.MaxNfaStates);
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
    public override string ToString() => "expression " + expression.Pattern;

    /// <inheritdoc/>
    internal override bool IsWrittenAs(RegularLanguage other) =>
        other is ExpressionLanguage { Expression: var theirs } &&
        string.Equals(expression.Pattern, theirs.Pattern, StringComparison.Ordinal);
}
