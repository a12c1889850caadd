using System;
using System.Text;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// A path pattern that is not an expression: literal text, decoded, with <c>*</c> within a segment, <c>/**/</c> for any
/// segments or none, and <c>/*</c> or <c>/**</c> at the end for any rest.
/// </summary>
internal sealed class PathText
{
    /// <summary>Any text within a segment.</summary>
    public const string SegmentWildcard = "[^/]*";

    private const string AnySegments = "(?s:.*/)?";

    /// <summary>Any rest. (?s:…) so that a line break in a decoded path also matches a rule for any rest.</summary>
    public const string AnyRest = "(?s:.*)";

    private PathText(string stem, string expression, bool hasWildcard, bool isPrefix, UnlikelyPattern? unlikely)
    {
        Stem = stem;
        Expression = expression;
        HasWildcard = hasWildcard;
        IsPrefix = isPrefix;
        Unlikely = unlikely;
    }

    /// <summary>The text before the rest, decoded; undefined when it contains a wildcard.</summary>
    public string Stem { get; }

    /// <summary>The anchored RE2 expression.</summary>
    public string Expression { get; }

    public bool HasWildcard { get; }

    /// <summary>Whether any rest may follow the stem.</summary>
    public bool IsPrefix { get; }

    /// <summary>Why the author cannot have meant the text as a path, or null.</summary>
    public UnlikelyPattern? Unlikely { get; }

    /// <summary>Reads a pattern with its leading slash.</summary>
    public static PathText Read(string path)
    {
        if (path == "/")
        {
            return new PathText(path, "^/" + AnyRest + "$", false, true, null);
        }

        var isPrefix = path.EndsWith("/*", StringComparison.Ordinal) || path.EndsWith("/**", StringComparison.Ordinal);
        var stem = isPrefix ? path.Substring(0, path.LastIndexOf('/') + 1) : path;
        while (stem.IndexOf("/**/**/", StringComparison.Ordinal) >= 0)
        {
            stem = stem.Replace("/**/**/", "/**/");
        }

        // Any segments followed by any rest is any rest.
        stem = isPrefix && stem.EndsWith("/**/", StringComparison.Ordinal) ? stem.Substring(0, stem.Length - 3) : stem;
        if (stem.Replace("/**/", "//").IndexOf("**", StringComparison.Ordinal) >= 0)
        {
            return Refused(path, new UnlikelyPattern("** matches whole segments: use /** at the end for anything below, /**/ for any segments in between"));
        }

        var expression = new StringBuilder("^");
        var hasWildcard = stem.IndexOf('*') >= 0;
        var decoded = stem;
        for (var at = 0; at < stem.Length;)
        {
            if (string.CompareOrdinal(stem, at, "/**/", 0, 4) == 0)
            {
                expression.Append('/').Append(AnySegments);
                at += 4;
                continue;
            }

            if (stem[at] == '*')
            {
                expression.Append(SegmentWildcard);
                at++;
                continue;
            }

            var end = NextWildcard(stem, at);
            if (PercentText.Decode(stem.Substring(at, end - at), out decoded) is { } problem)
            {
                return Refused(path, PercentText.HasOctet(path) ? new UnlikelyPattern(problem) : new UnlikelyPattern(problem, path.Replace("%", "%25")));
            }

            expression.Append(PatternText.Quote(decoded));
            at = end;
        }

        return new PathText(decoded, expression.Append(isPrefix ? AnyRest : string.Empty).Append('$').ToString(), hasWildcard, isPrefix, null);
    }

    private static PathText Refused(string path, UnlikelyPattern unlikely) => new(path, path, false, false, unlikely);

    private static int NextWildcard(string stem, int from)
    {
        var star = stem.IndexOf('*', from);
        var any = stem.IndexOf("/**/", from + 1, StringComparison.Ordinal);
        var end = star < 0 ? stem.Length : star;
        return any >= 0 && any < end ? any : end;
    }
}
