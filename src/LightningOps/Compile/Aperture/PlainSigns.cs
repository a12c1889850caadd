using System;
using System.Text.RegularExpressions;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// A path such as <c>/c++</c> or <c>/a(b).txt</c> reads like text, but its signs make it an expression
/// (docs/patterns.md#text-or-expression).
/// </summary>
internal static class PlainSigns
{
    public const string Code = "expression_misses_text";

    private static readonly char[] Signs = ['+', '?', '$', '(', ')', '[', ']'];

    // What nobody writes in a plain path: an escape, a choice, a counted repeat, a dot or a group that repeats, a class
    // with a range, ^ or several characters that repeats, an end.
    private static readonly Regex Intended = new(@"[\\^|{}]|\.[*+?]|[)\]][*+?]|\(\?|\[[^\]]*-[^\]]*\]|\$\z", RegexOptions.CultureInvariant);

    /// <summary>The path as text, with its signs encoded; null if the pattern is meant as an expression, or has no such sign.</summary>
    /// <param name="pattern">A trimmed path pattern.</param>
    public static string? FindText(string pattern) =>
        pattern.Length > 0 && pattern[0] != '^' && !PatternKind.IsUnanchored(pattern) && pattern.IndexOfAny(Signs) >= 0 && !Intended.IsMatch(pattern) && !IsCall(pattern)
            ? Encode(CandidateRoute.NormalisePath(pattern))
            : null;

    /// <summary>The path as text if the pattern does not match its own text; null if it does, or is meant as an expression.</summary>
    /// <param name="pattern">A path pattern with a language.</param>
    public static string? FindMissed(RoutePattern pattern)
    {
        if (FindText(pattern.Text) is not { } text || !pattern.Language.MatchesExactly)
        {
            return null;
        }

        return PercentText.Decode(text.Replace("*", "x"), out var path) is null && !pattern.Language.Matches(path) ? text : null;
    }

    /// <summary>The rest of a sentence about the pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="text">The path as text.</param>
    public static string Explain(RoutePattern pattern, string text) =>
        "is an expression and does not match its own text: write " + text + " for that path, or ^" + pattern.Text + "$ if the expression is intended";

    // A path in a call of a program: app.get('/x').
    private static bool IsCall(string pattern) => pattern[0] != '/' && pattern.IndexOf('(') is var open and >= 0 && pattern.IndexOf('/', open) >= 0;

    private static string Encode(string text)
    {
        foreach (var sign in Signs)
        {
            text = text.Replace(sign.ToString(), Uri.HexEscape(sign));
        }

        return text;
    }
}
