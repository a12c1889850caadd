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

    // Only a backtracking engine can reach this limit, and only for a hostile request.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly Re2Expression expression;
    private readonly string? literal;
    private readonly string? prefix;
    private readonly string begin;
    private readonly string end;
    private readonly Lazy<Regex> regex;
    private readonly Lazy<Regex> backtracking;

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
    }

    /// <summary>The expression's text.</summary>
    public string Pattern => expression.Pattern;

    /// <summary>
    /// A matcher, or null if the expression cannot be followed: it has a script class such as <c>\p{Greek}</c>, or
    /// is not valid in Go.
    /// </summary>
    public static TextMatcher? Create(string pattern) =>
        Re2Expression.TryParse(pattern, out var expression, out _) && !expression.UsesScriptClass ? new TextMatcher(expression) : null;

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

        // Of thousands of services, a request creates only the automata of those it may match.
        return text.StartsWith(begin, StringComparison.Ordinal) && text.EndsWith(end, StringComparison.Ordinal) && GetEngine(text).IsMatch(text);
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
