using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// A host or path pattern in the form Aperture gets: an anchored RE2 expression and its language
/// (docs/reference/compile.md#patterns). Patterns with the same text share one instance within a compile.
/// </summary>
internal sealed class RoutePattern
{
    private RoutePattern(string text, string expression, RegularLanguage? language, string beginsWith, string endsWith, string? bareHost, string? unanalyzableFeature)
    {
        Text = text;
        Expression = expression;
        Language = language!;
        BeginsWith = beginsWith;
        EndsWith = endsWith;
        BareHost = bareHost;
        UnanalyzableFeature = unanalyzableFeature;
    }

    /// <summary>The pattern as given, trimmed.</summary>
    public string Text { get; }

    /// <summary>The text in the artifact.</summary>
    public string Expression { get; }

    /// <summary>The strings matched; only valid if <see cref="IsReadable" />.</summary>
    public RegularLanguage Language { get; }

    /// <summary>Why the pattern is not an RE2 expression, or null.</summary>
    public Re2SyntaxError? Error { get; private init; }

    /// <summary>Why the author cannot have meant the pattern, or null.</summary>
    public UnlikelyPattern? Unlikely { get; private init; }

    /// <summary>Whether the pattern has a language.</summary>
    public bool IsReadable => Error is null && Unlikely is null;

    /// <summary>The feature of the expression that automata cannot follow, or null.</summary>
    public string? UnanalyzableFeature { get; }

    /// <summary>Why no request can match, or null.</summary>
    public string? UnreachableReason { get; private init; }

    /// <summary>A script class that stops an Aperture built with Go 1.26, or null.</summary>
    public string? RefusedScript { get; private set; }

    /// <summary>
    /// Whether it is an expression that matches several paths. The analysis of such expressions excludes line feeds
    /// and other control characters.
    /// </summary>
    public bool IsGivenExpression { get; private init; }

    /// <summary>Whether one of its outermost alternatives matches no path, while others do.</summary>
    public bool HasIdleAlternative { get; private init; }

    /// <summary>Whether a path pattern matches a reserved path of Aperture, as far as its syntax shows.</summary>
    public Certainty IsReserved { get; private init; }

    /// <summary>Common beginning of every string; a host in lower case.</summary>
    public string BeginsWith { get; }

    /// <summary>Common ending of every string; for a host in lower case, without port and trailing dot.</summary>
    public string EndsWith { get; }

    /// <summary>The only host a host pattern matches, in lower case, without port and trailing dot; null for several hosts, or for a path.</summary>
    public string? BareHost { get; }

    /// <summary>How many routes of a compile have this path pattern, where it is an expression.</summary>
    public int Uses { get; set; }

    /// <summary>The same pattern, which uses <paramref name="script"/>.</summary>
    public RoutePattern Using(string? script)
    {
        RefusedScript = script;
        return this;
    }

    public static RoutePattern ForPath(string text, string expression, RegularLanguage language, string? unanalyzableFeature = null, bool isGivenExpression = false, Certainty isReserved = Certainty.Unknown, bool hasIdleAlternative = false) =>
        new(text, expression, language, language.LiteralPrefix, language.LiteralSuffix, null, unanalyzableFeature) { IsGivenExpression = isGivenExpression, IsReserved = isReserved, HasIdleAlternative = hasIdleAlternative };

    public static RoutePattern ForHost(
        string text, string expression, RegularLanguage language, string beginsWith, string endsWith, string? bareHost, string? unanalyzableFeature = null) =>
        new(text, expression, language, beginsWith, endsWith, bareHost, unanalyzableFeature);

    public static RoutePattern Unreachable(string text, string expression, RegularLanguage language, string reason) =>
        new(text, expression, language, language.LiteralPrefix, language.LiteralSuffix, null, null) { UnreachableReason = reason };

    public static RoutePattern Invalid(string text, Re2SyntaxError error) => new(text, text, null, string.Empty, string.Empty, null, null) { Error = error };

    public static RoutePattern Refused(string text, UnlikelyPattern unlikely) => new(text, text, null, string.Empty, string.Empty, null, null) { Unlikely = unlikely };
}
