using System;
using System.Linq;
using System.Text.RegularExpressions;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.Gateway.Loopback.Matching;

/// <summary>Whether an expression matches anywhere in a text, like Go's <c>regexp.MatchString</c>. Thread-safe.</summary>
internal sealed class TextMatcher
{
    // RegexOptions.NonBacktracking of .NET 7: time linear in the text for any expression.
    private const RegexOptions NonBacktracking = (RegexOptions)0x400;

    // As many as Go's own limit lets an expression have.
    private const int MaxStates = 4_000_000;

    // Only an engine that goes back can need it, and a request that makes it need it is hostile.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly Re2Expression expression;
    private readonly string? literal;
    private readonly string? prefix;
    private readonly string begin;
    private readonly string end;
    private readonly Lazy<Regex> regex;
    private readonly Lazy<Regex> backtracking;
    private readonly Lazy<Nfa?> automaton;

    private TextMatcher(Re2Expression expression)
    {
        this.expression = expression;
        var language = RegularLanguage.FromExpression(expression);
        literal = language.TryGetLiteral(out var whole) ? whole : null;
        prefix = literal is null && language.TryGetPrefix(out var open) ? open : null;
        begin = language.LiteralPrefix;
        end = language.LiteralSuffix;
        regex = new Lazy<Regex>(Compile);
        backtracking = new Lazy<Regex>(() => CreateBacktracking(DotNetPattern.From(expression).Text));
        automaton = new Lazy<Nfa?>(() => NfaBuilder.Build(expression.Root, MaxStates, CodePointSet.Paths));
    }

    /// <summary>The expression's text.</summary>
    public string Pattern => expression.Pattern;

    /// <summary>A matcher, or null where the expression cannot be followed: it has an escaped surrogate, <c>\x{D800}</c>, or is none of Go's.</summary>
    public static TextMatcher? Create(string pattern) =>
        Re2Expression.TryParse(pattern, out var expression, out _) && !expression.TreeMatchesMore ? new TextMatcher(expression) : null;

    /// <summary>Whether it matches anywhere in the text.</summary>
    /// <param name="text">Well-formed UTF-16.</param>
    /// <exception cref="RegexMatchTimeoutException">The match took longer than a second, possible only on runtimes
    /// without a linear engine.</exception>
    public bool IsMatch(string text)
    {
        if (literal is not null)
        {
            return string.Equals(text, literal, StringComparison.Ordinal);
        }

        // Prefixes only hold for texts without control characters, because a dot stops at a line feed.
        if (prefix is not null && !(text.StartsWith(prefix, StringComparison.Ordinal) && text.Any(char.IsControl)))
        {
            return text.StartsWith(prefix, StringComparison.Ordinal);
        }

        // Of thousands of services a request makes the automata of the few alone that it may be for.
        return text.StartsWith(begin, StringComparison.Ordinal) && text.EndsWith(end, StringComparison.Ordinal) && Run(text);
    }

    private bool Run(string text)
    {
        try
        {
            return GetEngine(text).IsMatch(text);
        }
        catch (RegexMatchTimeoutException) when (automaton.Value is not null)
        {
            // Large counted repeats take the engines of .NET long: states followed one by one do not.
            return NfaSimulation.Matches(automaton.Value!, text);
        }
    }

    // The linear engine of .NET misses a line feed at the end of a text when an expression has many classes of letters.
    private Regex GetEngine(string text) => text.Length > 0 && text[text.Length - 1] == '\n' ? backtracking.Value : regex.Value;

    private static Regex CreateBacktracking(string pattern) => new(pattern, RegexOptions.CultureInvariant, Limit);

    private Regex Compile()
    {
        var pattern = DotNetPattern.From(expression);
        if (!pattern.LooksAround && !pattern.LoopsOverConditions && CreateLinear(pattern.Text) is { } linear)
        {
            return linear;
        }

        return CreateBacktracking(pattern.Text);
    }

    private static Regex? CreateLinear(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | NonBacktracking, Limit);
        }
        catch (Exception unknown) when (unknown is ArgumentOutOfRangeException or NotSupportedException)
        {
            // An older runtime, or an automaton beyond its bounds.
            return null;
        }
    }
}
