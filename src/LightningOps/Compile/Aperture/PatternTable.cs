using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.Compile.Aperture;

/// <summary>Reads host and path patterns, each text once (docs/reference/compile.md#patterns).</summary>
internal sealed class PatternTable
{
    /// <summary>Longest expression that Aperture's admin API accepts.</summary>
    public const int MaxExpressionLength = 1024;

    // Fewer expressions than this are read on one thread.
    private const int WorthThreads = 512;

    private const string OptionalPort = "(:[0-9]+)?";
    private const string OptionalDot = @"\.?";
    private const string AnyCase = "(?i)^";

    // One or more characters of labels and dots.
    private const string HostWildcard = "[0-9A-Za-z_.-]+";

    private static readonly Regex Stars = new(@"\*{2,}", RegexOptions.CultureInvariant);

    private static readonly RegularLanguage Rooted = RegularLanguage.Prefix("/");

    private readonly Dictionary<string, RoutePattern> hosts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RoutePattern> paths = new(StringComparer.Ordinal);
    private readonly AnalysisBudget budget;
    private readonly LanguageBounds bounds;

    /// <param name="budget">Budget for intersections.</param>
    /// <param name="automata">Total budget for deterministic automata; null for no bound.</param>
    public PatternTable(AnalysisBudget budget, AnalysisBudget? automata = null)
    {
        this.budget = budget;
        bounds = LanguageBounds.Default with { Shared = automata };
    }

    public RoutePattern Host(string given)
    {
        var text = given.Trim();
        if (!hosts.TryGetValue(text, out var pattern))
        {
            hosts.Add(text, pattern = Checked(text, ReadHost(text)!));
        }

        return pattern;
    }

    /// <summary>
    /// Reads the expressions of many routes on several threads, as far as they need no automaton. An automaton uses a budget,
    /// and the number of threads must not change which expressions the budget covers.
    /// </summary>
    public void ReadAhead(IReadOnlyList<CandidateRoute> routes)
    {
        ReadAhead(routes, static route => route.Route.HostPattern, IsHostExpression, text => ReadHost(text, mayAnalyze: false), hosts);
        ReadAhead(routes, static route => route.Route.PathPattern, IsExpression, text => ReadPath(text, mayAnalyze: false), paths);
    }

    private static void ReadAhead(
        IReadOnlyList<CandidateRoute> routes,
        Func<CandidateRoute, string> getPattern,
        Func<string, bool> isExpression,
        Func<string, RoutePattern?> read,
        Dictionary<string, RoutePattern> known)
    {
        var texts = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var route in routes)
        {
            var text = getPattern(route).Trim();
            if (isExpression(text) && seen.Add(text))
            {
                texts.Add(text);
            }
        }

        if (texts.Count < WorthThreads)
        {
            return;
        }

        var patterns = new RoutePattern?[texts.Count];
        Parallel.ForEach(Partitioner.Create(0, texts.Count), range =>
        {
            for (var i = range.Item1; i < range.Item2; i++)
            {
                patterns[i] = read(texts[i]) is { } pattern ? Checked(texts[i], pattern) : null;
            }
        });
        for (var i = 0; i < patterns.Length; i++)
        {
            if (patterns[i] is { } pattern)
            {
                known[texts[i]] = pattern;
            }
        }
    }

    public RoutePattern Path(string given)
    {
        // Literals are as quick to read as to look up. Only expressions are cached.
        var text = given.Trim();
        if (!IsExpression(text))
        {
            return Checked(text, ReadPath(text)!);
        }

        if (!paths.TryGetValue(text, out var pattern))
        {
            paths.Add(text, pattern = Checked(text, ReadPath(text)!));
        }

        pattern.Uses++;
        return pattern;
    }

    // Null only if an automaton is needed and not allowed.
    private RoutePattern? ReadHost(string text, bool mayAnalyze = true)
    {
        if (PatternKind.IsUnanchored(text))
        {
            return ReadUnanchored(text, isHost: true, mayAnalyze);
        }

        if (text[0] == '^')
        {
            return ReadExpression(text, isHost: true, mayAnalyze);
        }

        // A wildcard matches labels and dots, so two in a row say no more than one.
        var glob = Stars.Replace(text, "*");
        if (glob == "*")
        {
            return RoutePattern.ForHost(text, "^.*$", RegularLanguage.All, string.Empty, string.Empty, null);
        }

        var read = HostText.Read(glob);
        if (read.Unlikely is { } unlikely)
        {
            return RoutePattern.Refused(text, unlikely.Keep(IsSoundHost));
        }

        var ending = OptionalDot + (read.Port is { } port ? ":" + port : OptionalPort) + "$";
        if (!read.IsGlob)
        {
            return RoutePattern.ForHost(text, AnyCase + PatternText.Quote(read.Host) + ending, RegularLanguage.Host(read.Host, read.Port), read.Host, read.Host, read.Host);
        }

        var host = read.Host;
        var expression = Anchored(AnyCase + PatternText.QuoteGlob(host, HostWildcard) + ending);
        return RoutePattern.ForHost(
            text, expression.Pattern, HostLanguageFrom(expression), host.Substring(0, host.IndexOf('*')), host.Substring(host.LastIndexOf('*') + 1), null);
    }

    /// <summary>Whether a trimmed path pattern is an expression.</summary>
    public static bool IsExpression(string path) => path.Length > 0 && (path[0] == '^' || PatternKind.IsUnanchored(path) || PatternKind.HasMetacharacter(path));

    /// <summary>Whether a trimmed host pattern is an expression.</summary>
    public static bool IsHostExpression(string host) => host.Length > 0 && (host[0] == '^' || PatternKind.IsUnanchored(host));

    // A literal, or one with any rest, that needs no decoding and no other check.
    private static bool IsPlain(string path)
    {
        if (path.Length < 2 || path[0] != '/')
        {
            return false;
        }

        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] is (< 'a' or > 'z') and (< '-' or > '9') and (< 'A' or > 'Z') and not '_' and not '~'
                && (path[i] != '*' || i != path.Length - 1 || path[i - 1] != '/'))
            {
                return false;
            }

            // Possibly a dot segment.
            if (path[i] == '.' && path[i - 1] == '/')
            {
                return false;
            }
        }

        return true;
    }

    // Null only if an automaton is needed and not allowed.
    private RoutePattern? ReadPath(string text, bool mayAnalyze = true)
    {
        if (PatternKind.IsUnanchored(text))
        {
            return ReadUnanchored(text, isHost: false, mayAnalyze);
        }

        var isExpression = IsExpression(text);
        if (!IsPlain(text) && PathDoubts.Find(text, isExpression) is { } doubt)
        {
            // Its suggestion may need an automaton.
            return mayAnalyze ? RoutePattern.Refused(text, doubt.Keep(IsSoundPath)) : null;
        }

        if (isExpression)
        {
            return ReadExpression(text, isHost: false, mayAnalyze);
        }

        var read = PathText.Read(CandidateRoute.NormalisePath(text));
        return read.Unlikely is { } unlikely ? RoutePattern.Refused(text, unlikely.Keep(IsSoundPath))
            : read.HasWildcard ? RoutePattern.ForPath(text, read.Expression, CreateLanguage(Anchored(read.Expression)))
            : RoutePattern.ForPath(text, read.Expression, read.IsPrefix ? RegularLanguage.Prefix(read.Stem) : RegularLanguage.Literal(read.Stem));
    }

    // Whether a suggestion passes the checks that it answers.
    private bool IsSoundHost(string text) => text.Length > 0
        && (PatternKind.IsUnanchored(text) ? IsReachable(ReadUnanchored(text, isHost: true))
            : text[0] == '^' ? IsReachable(ReadExpression(text, isHost: true))
            : HostText.Read(text).Unlikely is null);

    private bool IsSoundPath(string text) => text.Length > 0
        && (PatternKind.IsUnanchored(text) ? IsReachable(ReadUnanchored(text, isHost: false))
            : PathDoubts.Find(text, IsExpression(text)) is null
                && (IsExpression(text) ? IsReachable(ReadExpression(text, isHost: false)) : PathText.Read(CandidateRoute.NormalisePath(text)).Unlikely is null));

    private static bool IsReachable(RoutePattern? pattern) => pattern is { IsReadable: true, UnreachableReason: null };

    /// <summary>An expression that Aperture gets unchanged and matches anywhere in the text.</summary>
    private RoutePattern? ReadUnanchored(string text, bool isHost, bool mayAnalyze = true)
    {
        var given = text.Substring(PatternKind.UnanchoredPrefix.Length);
        if (given.Length > MaxExpressionLength)
        {
            return TooLong(text);
        }

        return !Re2Expression.TryParse(given, out var expression, out var error)
            ? RoutePattern.Invalid(text, error)
            : (isHost ? ReadHost(text, expression, mayAnalyze) : ReadPath(text, expression, mayAnalyze))?.Using(expression.ScriptOfSeveralWords);
    }

    private RoutePattern? ReadExpression(string text, bool isHost, bool mayAnalyze = true)
    {
        // Checked first, because the length bounds the parser's time.
        if (text.Length > MaxExpressionLength)
        {
            return TooLong(text);
        }

        if (!Re2Expression.TryParse(text, out var given, out var error))
        {
            return RoutePattern.Invalid(text, error);
        }

        var closed = WithQuotingClosed(text);
        if (!ReferenceEquals(closed, text) && Re2Expression.TryParse(closed, out var quoted, out _))
        {
            given = quoted;
        }

        var expression = given.IsAnchoredAtBothEnds ? given : given.ForWholeTexts();
        if (expression is null)
        {
            return RoutePattern.Invalid(text, new Re2SyntaxError("expression nests too deeply", 0, text));
        }

        return (isHost ? ReadHost(text, expression, mayAnalyze) : ReadPath(text, expression, mayAnalyze))?.Using(expression.ScriptOfSeveralWords);
    }

    private RoutePattern? ReadHost(string text, Re2Expression expression, bool mayAnalyze)
    {
        var language = HostLanguageFrom(expression);
        var mayBeEmpty = !expression.UsesUnanalyzableFeature && !Re2Matches.Exist(expression.Root, CodePointSet.Hosts);
        if (mayBeEmpty && !mayAnalyze)
        {
            return null;
        }

        if (mayBeEmpty && language.IsEmpty)
        {
            return RoutePattern.Unreachable(text, expression.Pattern, language, "no Host header matches: an expression is matched against host and port only, and nothing can precede ^ or follow $");
        }

        var bareHost = language.TryGetLiteral(out var literal) ? HostLanguage.Split(literal).Host : null;
        return RoutePattern.ForHost(
            text, expression.Pattern, language, HostLanguage.Fold(language.LiteralPrefix), HostEnding(language.LiteralSuffix), bareHost, expression.UnanalyzableReason);
    }

    private RoutePattern? ReadPath(string text, Re2Expression expression, bool mayAnalyze)
    {
        var language = CreateLanguage(expression);
        if (expression.UsesUnanalyzableFeature)
        {
            return RoutePattern.ForPath(text, expression.Pattern, language, expression.UnanalyzableReason);
        }

        // A URL path begins with a slash, so other strings of the expression can never be requested.
        var isRooted = language.LiteralPrefix.StartsWith("/", StringComparison.Ordinal);
        var mayBeEmpty = !isRooted || !Re2Matches.Exist(expression.Root, CodePointSet.Universe);
        if (mayBeEmpty && !mayAnalyze)
        {
            return null;
        }

        var rooted = isRooted ? language : language.Intersect(Rooted, budget);
        if (mayBeEmpty && rooted.IsEmpty)
        {
            if (Re2Controls.Occur(expression.Root))
            {
                const string reason = "control characters";
                return RoutePattern.ForPath(text, expression.Pattern, new ExpressionLanguage(expression, bounds, CodePointSet.Universe, reason), reason);
            }

            return RoutePattern.Unreachable(
                text,
                expression.Pattern,
                rooted,
                isRooted ? "nothing can precede ^ or follow $" : "the path of a request begins with a slash");
        }

        return RoutePattern.ForPath(text, expression.Pattern, rooted, isGivenExpression: !rooted.TryGetLiteral(out _), isReserved: ReservedPaths.Matches(expression, rooted.LiteralPrefix), hasIdleAlternative: !isRooted && IdleAlternative.Exists(expression));
    }

    private static RoutePattern Checked(string text, RoutePattern pattern)
    {
        if (PatternText.HasLoneSurrogate(text))
        {
            return RoutePattern.Invalid(text, new Re2SyntaxError("invalid UTF-8", 0, text));
        }

        return pattern.IsReadable && pattern.Expression.Length > MaxExpressionLength
            ? TooLong(text)
            : pattern;
    }

    private static RoutePattern TooLong(string text) =>
        RoutePattern.Invalid(text, new Re2SyntaxError("expression is longer than 1,024 characters", MaxExpressionLength, string.Empty));

    // A \Q without \E quotes to the end, including any text appended to it.
    private static string WithQuotingClosed(string text) =>
        text.IndexOf("\\Q", StringComparison.Ordinal) >= 0 && !Re2Expression.TryParse("(?:" + text + ")", out _, out _) ? text + "\\E" : text;

    private static Re2Expression Anchored(string expression) =>
        Re2Expression.TryParse(expression, out var parsed, out var error)
            ? parsed
            : throw new InvalidOperationException("A glob always gives an expression: " + error.Message);

    private RegularLanguage CreateLanguage(Re2Expression expression) =>
        RegularLanguage.FromExpression(expression, bounds);

    private RegularLanguage HostLanguageFrom(Re2Expression expression) =>
        RegularLanguage.FromExpression(expression, bounds, CodePointSet.Hosts);

    /// <summary>Removes a possible port, or a part of one, and a trailing dot from the end of a host.</summary>
    private static string HostEnding(string ending)
    {
        var end = ending.Length;
        while (end > 0 && ending[end - 1] is >= '0' and <= '9')
        {
            end--;
        }

        // Digits alone may be part of a port. After a colon they are a port; otherwise they belong to the host.
        end = end == 0 ? 0
            : end == ending.Length || ending[end - 1] != ':' ? ending.Length
            : end - 1;
        end -= end > 0 && ending[end - 1] == '.' ? 1 : 0;
        return HostLanguage.Fold(ending.Substring(0, end));
    }
}
