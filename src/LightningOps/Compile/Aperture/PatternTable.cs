using System;
using System.Collections.Generic;
using LightningOps.Compile.Languages;

namespace LightningOps.Compile.Aperture;

/// <summary>Reads host and path patterns, each text once (docs/reference/compile.md#patterns).</summary>
internal sealed class PatternTable
{
    /// <summary>Longest expression Aperture's admin API takes.</summary>
    public const int LongestExpression = 1024;

    private const string OptionalPort = "(:[0-9]+)?";

    // One or more characters of labels and dots.
    private const string HostWildcard = "[0-9A-Za-z_.-]+";
    private const string SegmentWildcard = "[^/]*";

    // (?s:…) so that a line break in a decoded path does not slip past a rule that is to take any rest.
    private const string AnyRest = "(?s:.*)";

    private static readonly RegularLanguage Rooted = RegularLanguage.Prefix("/");

    private readonly Dictionary<string, RoutePattern> hosts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RoutePattern> paths = new(StringComparer.Ordinal);
    private readonly AnalysisBudget budget;

    public PatternTable(AnalysisBudget budget) => this.budget = budget;

    public RoutePattern Host(string given)
    {
        var text = given.Trim();
        if (!hosts.TryGetValue(text, out var pattern))
        {
            hosts.Add(text, pattern = Checked(text, ReadHost(text)));
        }

        return pattern;
    }

    public RoutePattern Path(string given)
    {
        // Literals are as quick to read as to look up: only an expression is worth keeping.
        var text = given.Trim();
        if (!IsExpression(text))
        {
            return Checked(text, ReadPath(text));
        }

        if (!paths.TryGetValue(text, out var pattern))
        {
            paths.Add(text, pattern = Checked(text, ReadPath(text)));
        }

        return pattern;
    }

    private RoutePattern ReadHost(string text)
    {
        if (text[0] == '^')
        {
            return ReadExpression(text, isHost: true);
        }

        var host = text.ToLowerInvariant();
        if (host == "*")
        {
            return RoutePattern.OfHost(text, "^.*$", RegularLanguage.All, string.Empty, null);
        }

        var port = HasPort(host) ? string.Empty : OptionalPort;
        if (host.IndexOf('*') < 0)
        {
            var literal = port.Length == 0 ? RegularLanguage.Literal(host) : RegularLanguage.LiteralWithOptionalPort(host);
            return RoutePattern.OfHost(text, "^" + PatternText.Quote(host) + port + "$", literal, WithoutPort(host), WithoutPort(host));
        }

        var glob = Anchored("^" + PatternText.QuoteGlob(host, HostWildcard) + port + "$");
        return RoutePattern.OfHost(text, glob.Pattern, LanguageOf(glob), WithoutPort(host.Substring(host.LastIndexOf('*') + 1)), null);
    }

    private static bool IsExpression(string path) => path.Length > 0 && (path[0] == '^' || PatternKind.HasMetacharacter(path));

    private RoutePattern ReadPath(string text)
    {
        if (IsExpression(text))
        {
            return ReadExpression(text, isHost: false);
        }

        var path = CandidateRoute.NormalisePath(text);
        if (path is "/" or "/*")
        {
            return RoutePattern.OfPath(text, "^/" + AnyRest + "$", Rooted);
        }

        if (path.IndexOf('*') < 0)
        {
            return RoutePattern.OfPath(text, "^" + PatternText.Quote(path) + "$", RegularLanguage.Literal(path));
        }

        var isPrefix = path.EndsWith("/*", StringComparison.Ordinal);
        var stem = isPrefix ? path.Substring(0, path.Length - 1) : path;
        var expression = "^" + PatternText.QuoteGlob(stem, SegmentWildcard) + (isPrefix ? AnyRest : string.Empty) + "$";
        return isPrefix && stem.IndexOf('*') < 0
            ? RoutePattern.OfPath(text, expression, RegularLanguage.Prefix(stem))
            : RoutePattern.OfPath(text, expression, LanguageOf(Anchored(expression)));
    }

    private RoutePattern ReadExpression(string text, bool isHost)
    {
        // Checked first: the parser's time is bounded by the length.
        if (text.Length > LongestExpression)
        {
            return TooLong(text);
        }

        if (!Re2Expression.TryParse(text, out var given, out var error))
        {
            return RoutePattern.Invalid(text, error);
        }

        var closed = WithQuotingClosed(text);
        var isAnchored = given.IsAnchoredAtBothEnds;
        var expression = isAnchored && ReferenceEquals(closed, text) ? given : Anchored(isAnchored ? closed : "^(?:" + closed + ")$");
        var language = LanguageOf(expression);
        if (isHost)
        {
            var bareHost = language.TryGetLiteral(out var literal) ? WithoutPort(literal) : null;
            return RoutePattern.OfHost(text, expression.Pattern, language, WithoutPort(language.LiteralSuffix), bareHost, expression.UnanalyzableReason);
        }

        // A URL path begins with a slash: what else an expression would match can never be asked for.
        if (expression.UsesUnanalyzableFeature || language.LiteralPrefix.StartsWith("/", StringComparison.Ordinal))
        {
            return RoutePattern.OfPath(text, expression.Pattern, language, expression.UnanalyzableReason);
        }

        var rooted = language.Intersect(Rooted, budget);
        return rooted.IsEmpty
            ? RoutePattern.Unreachable(text, expression.Pattern, rooted)
            : RoutePattern.OfPath(text, expression.Pattern, rooted);
    }

    private static RoutePattern Checked(string text, RoutePattern pattern)
    {
        if (PatternText.HasLoneSurrogate(text))
        {
            return RoutePattern.Invalid(text, new Re2SyntaxError("invalid UTF-8", 0, text));
        }

        return pattern.Error is null && pattern.Expression.Length > LongestExpression
            ? TooLong(text)
            : pattern;
    }

    private static RoutePattern TooLong(string text) =>
        RoutePattern.Invalid(text, new Re2SyntaxError("expression is longer than 1,024 characters", LongestExpression, string.Empty));

    // A \Q without its \E quotes to the end, and would quote whatever is put behind it.
    private static string WithQuotingClosed(string text) =>
        text.IndexOf("\\Q", StringComparison.Ordinal) >= 0 && !Re2Expression.TryParse("(?:" + text + ")", out _, out _) ? text + "\\E" : text;

    private static Re2Expression Anchored(string expression) =>
        Re2Expression.TryParse(expression, out var parsed, out var error)
            ? parsed
            : throw new InvalidOperationException("A glob always gives an expression: " + error.Message);

    private static RegularLanguage LanguageOf(Re2Expression expression) =>
        RegularLanguage.FromExpression(expression, LanguageBounds.Default);

    private static bool HasPort(string host) => WithoutPort(host).Length != host.Length;

    /// <summary>Leaves aside what may be a port, or a part of one, at the end of a host.</summary>
    private static string WithoutPort(string ending)
    {
        var end = ending.Length;
        while (end > 0 && ending[end - 1] is >= '0' and <= '9')
        {
            end--;
        }

        if (end == ending.Length)
        {
            return ending;
        }

        return end > 0 && ending[end - 1] == ':' ? ending.Substring(0, end - 1) : end == 0 ? string.Empty : ending;
    }
}
