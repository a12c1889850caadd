using System.Collections.Generic;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// A regular set of request texts (hosts or paths): strings over <see cref="CodePointSet.Universe" />, which excludes
/// the controls U+0000–U+001F and U+007F. Immutable; automata are created on first use and cached. Not for concurrent
/// use.
/// </summary>
internal abstract class RegularLanguage
{
    private protected RegularLanguage()
    {
    }

    /// <summary>Every text.</summary>
    public static RegularLanguage All { get; } = new PrefixLanguage(string.Empty);

    /// <summary>No text.</summary>
    public static RegularLanguage Empty { get; } = new AutomatonLanguage(new TextTrie(new string[0], new string[0]));

    /// <summary>True when questions about it can be decided. Creates the automaton, so that an exceeded bound is known.</summary>
    public bool IsAnalyzable => UnanalyzableReason is null;

    /// <summary>Why it cannot be analyzed: a feature, or an automaton beyond its bounds; null when it can.</summary>
    public abstract string? UnanalyzableReason { get; }

    /// <summary>
    /// Common beginning of all members, as far as the syntax shows it; also for languages that cannot be analyzed.
    /// Never creates an automaton. Undefined for an empty language.
    /// </summary>
    public abstract string LiteralPrefix { get; }

    /// <summary>Common ending of all members, likewise.</summary>
    public abstract string LiteralSuffix { get; }

    /// <summary>True when it is known to have no member; false also when it cannot be analyzed. Creates the automaton.</summary>
    public bool IsEmpty => Automaton is { Start: Dfa.Dead };

    /// <summary>The automaton, created on first use; null when it cannot be analyzed.</summary>
    internal abstract IAutomaton? Automaton { get; }

    /// <summary>True when <see cref="Matches" /> is exact; false when it may be true for a text that is not a member.</summary>
    public virtual bool MatchesExactly => true;

    /// <summary>
    /// The texts in which <paramref name="expression"/> matches anywhere, like Go's <c>MatchString</c>. Cheap: plain
    /// texts and prefixes are recognized, everything else is deferred.
    /// </summary>
    /// <param name="expression">The expression.</param>
    /// <param name="bounds">Bounds of its automata.</param>
    /// <param name="universe">Its code points: <see cref="CodePointSet.Hosts" /> for hosts, else everything.</param>
    public static RegularLanguage FromExpression(Re2Expression expression, LanguageBounds? bounds = null, CodePointSet? universe = null)
    {
        if (Re2Literals.TryGetWhole(expression.Root, out var text))
        {
            return universe is null || CodePoints.AreIn(text, universe) ? Literal(text) : Empty;
        }

        return Re2Literals.TryGetOpenEnded(expression.Root, out text)
            ? Prefix(text)
            : new ExpressionLanguage(expression, bounds ?? LanguageBounds.Default, universe ?? CodePointSet.Universe);
    }

    /// <summary>Only <paramref name="text"/>; empty when it has a code point outside the universe.</summary>
    public static RegularLanguage Literal(string text) =>
        CodePoints.AreVisible(text) ? new LiteralLanguage(text) : Empty;

    /// <summary><paramref name="text"/> followed by anything; empty when it is not entirely in the universe.</summary>
    public static RegularLanguage Prefix(string text) =>
        CodePoints.AreVisible(text) ? new PrefixLanguage(text) : Empty;

    /// <summary>
    /// <paramref name="host"/> as clients send it: <c>(?i)^host\.?(:[0-9]+)?$</c>. Aperture matches the Host header,
    /// which keeps the letter case, the trailing dot and the port of the request.
    /// </summary>
    /// <param name="host">The host in lower case, ASCII, without trailing dot and port.</param>
    /// <param name="port">The digits of the only port, or null for any port or none.</param>
    public static RegularLanguage Host(string host, string? port = null) => new HostLanguage(host, port);

    /// <summary>True when it is known without an automaton to be exactly one text.</summary>
    public virtual bool TryGetLiteral(out string text)
    {
        text = string.Empty;
        return false;
    }

    /// <summary>True when it is known without an automaton to be a text followed by anything.</summary>
    public virtual bool TryGetPrefix(out string text)
    {
        text = string.Empty;
        return false;
    }

    /// <summary>True when it is known without an automaton to be a host in any spelling; its only port, if any, is part of the text.</summary>
    public virtual bool TryGetHost(out string host)
    {
        host = string.Empty;
        return false;
    }

    /// <summary>One of its shortest texts; null when it is empty or cannot be analyzed. Makes the automaton of an expression.</summary>
    public string? ShortestText() =>
        TryGetLiteral(out var text) || TryGetPrefix(out text) || TryGetHost(out text) ? text
        : Automaton is Dfa { Start: not Dfa.Dead } automaton ? CodePoints.ToText(automaton.ShortestText())
        : null;

    /// <summary>True when <paramref name="text"/> is a member; unless <see cref="MatchesExactly" />, true when it may be.</summary>
    public abstract bool Matches(string text);

    /// <summary>The relation of this language to <paramref name="other"/>.</summary>
    /// <remarks>
    ///  Texts, prefixes and hosts are compared without automata. For others both automata are walked once, unless
    /// their literal beginnings or ends already separate them. Equal expression texts are equal even when they cannot
    /// be analyzed. An empty language is disjoint from all others.
    /// </remarks>
    public Relation Relate(RegularLanguage other, AnalysisBudget budget) =>
        LanguageComparison.Relate(this, other, budget);

    /// <summary>
    /// The shortest common text, the most readable of these; null when there is none, or it could not be found (one
    /// cannot be analyzed, or the budget ran out).
    /// </summary>
    public string? FindCommon(RegularLanguage other, AnalysisBudget budget) =>
        LanguageComparison.FindCommon(this, other, budget);

    /// <summary>The common texts; not analyzable when either is not, or when the result exceeds the bounds.</summary>
    public RegularLanguage Intersect(RegularLanguage other, AnalysisBudget budget) =>
        LanguageIntersection.Create(this, other, budget);

    /// <summary>A shortest text in this language and in none of <paramref name="covers"/>; null when there is none.</summary>
    /// <param name="covers">The languages to exclude. Their number and order do not change the result.</param>
    /// <param name="budget">Budget of the search.</param>
    /// <param name="decided">False (with null) when it is not known: the budget ran out, this language cannot be
    /// analyzed, or it may be covered by one that cannot be.</param>
    public string? FindOutside(IReadOnlyList<RegularLanguage> covers, AnalysisBudget budget, out bool decided) =>
        LanguageCover.FindOutside(this, covers, budget, out decided);

    /// <summary>True when <paramref name="other"/> is the same set because its text is the same.</summary>
    internal virtual bool IsWrittenAs(RegularLanguage other) => ReferenceEquals(this, other);
}

/// <summary>The relation of two languages.</summary>
internal enum Relation
{
    /// <summary>No string is in both (and not both are empty).</summary>
    Disjoint,

    /// <summary>The same strings.</summary>
    Equal,

    /// <summary>Every string of the first is in the second, which has more.</summary>
    Inside,

    /// <summary>Every string of the second is in the first, which has more.</summary>
    Contains,

    /// <summary>Some strings are in both, and each has strings that the other lacks.</summary>
    Overlaps,

    /// <summary>One of them cannot be analyzed, or the budget ran out.</summary>
    Unknown,
}

/// <summary>Bounds of an automaton; beyond them its language counts as not analyzable.</summary>
/// <param name="MaxDfaStates">States of the deterministic automaton; at most 65,000.</param>
/// <param name="MaxNfaStates">States of the nondeterministic automaton, after repeats are expanded.</param>
/// <param name="MaxWork">Steps to create the deterministic automaton from the other.</param>
internal sealed record LanguageBounds(int MaxDfaStates, int MaxNfaStates, long MaxWork)
{
    /// <summary>2,000 states, from at most 10,000, in at most 1,000,000 steps (about ten milliseconds).</summary>
    public static LanguageBounds Default { get; } = new(2_000, 10_000, 1_000_000);

    /// <summary>Steps of a deterministic automaton once <see cref="Shared" /> is used up; small automata are still created.</summary>
    public const long LeastWork = 5_000;

    /// <summary>Total budget for the deterministic automata of several languages; null for no bound.</summary>
    public AnalysisBudget? Shared { get; init; }
}

/// <summary>
/// Work that one caller accepts, in walked automaton transitions. It is shared by all its questions, so that hostile
/// input ends. Not thread-safe.
/// </summary>
internal sealed class AnalysisBudget
{
    /// <summary>A budget of <paramref name="units"/> transitions.</summary>
    public AnalysisBudget(long units) => Remaining = units;

    /// <summary>Units left; never negative.</summary>
    public long Remaining { get; private set; }

    /// <summary>True once a request for units was refused; all later ones are refused too.</summary>
    public bool Exhausted { get; private set; }

    /// <summary>Takes <paramref name="units"/>, or refuses and marks the budget exhausted.</summary>
    public bool TrySpend(long units)
    {
        if (Exhausted || units > Remaining)
        {
            Exhausted = true;
            return false;
        }

        Remaining -= units;
        return true;
    }
}
