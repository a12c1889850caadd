using LightningOps.Compile.Languages;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// A host or path pattern as Aperture is given it: an anchored RE2 expression, and the language it stands for
/// (docs/reference/compile.md#patterns). Patterns of the same text share one instance within a compile.
/// </summary>
internal sealed class RoutePattern
{
    private RoutePattern(string text, string expression, RegularLanguage? language, Re2SyntaxError? error, string endsWith, string? bareHost, string? unanalyzableFeature)
    {
        Text = text;
        Expression = expression;
        Language = language!;
        Error = error;
        EndsWith = endsWith;
        BareHost = bareHost;
        UnanalyzableFeature = unanalyzableFeature;
    }

    /// <summary>The pattern as given, trimmed.</summary>
    public string Text { get; }

    /// <summary>What stands in the artifact.</summary>
    public string Expression { get; }

    /// <summary>The strings matched; not to be asked for when there is an <see cref="Error"/>.</summary>
    public RegularLanguage Language { get; }

    /// <summary>Why the pattern is not an RE2 expression, or null.</summary>
    public Re2SyntaxError? Error { get; }

    /// <summary>What the expression uses that automata cannot follow, or null.</summary>
    public string? UnanalyzableFeature { get; }

    /// <summary>Whether no request can match: known for expressions that do not begin with a slash.</summary>
    public bool MatchesNothing { get; private init; }

    /// <summary>What every string begins with.</summary>
    public string BeginsWith => Language.LiteralPrefix;

    /// <summary>What every string ends with, a port of a host left aside.</summary>
    public string EndsWith { get; }

    /// <summary>The one host a host pattern stands for, its port left aside; null when there are several, or for a path.</summary>
    public string? BareHost { get; }

    public static RoutePattern OfPath(string text, string expression, RegularLanguage language, string? unanalyzableFeature = null) =>
        new(text, expression, language, null, language.LiteralSuffix, null, unanalyzableFeature);

    public static RoutePattern OfHost(string text, string expression, RegularLanguage language, string endsWith, string? bareHost, string? unanalyzableFeature = null) =>
        new(text, expression, language, null, endsWith, bareHost, unanalyzableFeature);

    public static RoutePattern Unreachable(string text, string expression, RegularLanguage language) =>
        new(text, expression, language, null, language.LiteralSuffix, null, null) { MatchesNothing = true };

    public static RoutePattern Invalid(string text, Re2SyntaxError error) => new(text, text, null, error, string.Empty, null, null);
}
