using System;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// A path pattern that is not an expression: literal text, decoded, with <c>*</c> within a segment, <c>/**/</c> for any
/// segments or none, and <c>/*</c> or <c>/**</c> at the end for any rest.
/// </summary>
internal sealed class PathText
{
    private const string SegmentWildcard = "[^/]*";
    private const string AnySegments = "(?s:.*/)?";

    // (?s:…) so that a line break in a decoded path also matches a rule for any rest.
    private const string AnyRest = "(?s:.*)";

    private static readonly Regex Nginx = new(@"\A(=|\^~|~\*?)\s*([/^\\(.].*)\z", RegexOptions.CultureInvariant);

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

    /// <summary>Why a trimmed path pattern, expression or not, cannot match what its author meant; null when it may.</summary>
    public static UnlikelyPattern? Doubt(string text, bool isExpression)
    {
        if (IsExplicitExpression(text))
        {
            return null;
        }

        if (FindNginx(text) is { } nginx)
        {
            return nginx;
        }

        if (text.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0)
        {
            var slash = text.IndexOf('/', scheme + 3);
            return new UnlikelyPattern("a path has no scheme and host", slash < 0 ? "/" : text.Substring(slash));
        }

        if (text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            const string reason = "a request path contains no blanks or control characters: a blank is sent and written as %20";
            return text.IndexOf(' ') >= 0 ? new UnlikelyPattern(reason, text.Replace(" ", "%20")) : new UnlikelyPattern(reason);
        }

        if (WithoutTemplates(text) is { } glob)
        {
            const string reason = "it looks like a route template, and its brackets or colon are matched as text";

            // A sign of expressions beside the template would make an expression of the glob.
            return PatternKind.HasMetacharacter(glob) ? new UnlikelyPattern(reason) : new UnlikelyPattern(reason, glob);
        }

        if (QueryStart(text) is var query and >= 0)
        {
            return new UnlikelyPattern("the query is not matched", text.Substring(0, query));
        }

        if (text.IndexOf('#') is var hash and >= 0)
        {
            const string reason = "a fragment is never sent; write # in a path as %23";
            return hash == 0 ? new UnlikelyPattern(reason) : new UnlikelyPattern(reason, text.Substring(0, hash));
        }

        if (text.IndexOf("/^", StringComparison.Ordinal) is var caret and >= 0)
        {
            return new UnlikelyPattern("nothing can precede ^", "^/" + text.Substring(caret + 2).TrimStart('/'));
        }

        if (isExpression)
        {
            return PercentText.HasOctet(text)
                ? new UnlikelyPattern("an expression is matched against the decoded path, which contains no %XX") { Advice = "the decoded text in an expression ^…$" }
                : null;
        }

        return text.IndexOf("/.*", StringComparison.Ordinal) >= 0
            ? new UnlikelyPattern("it is read as a glob, where .* is a dot and any text within the segment", text.Replace("/.*", "/*"), "^" + text + "$")
            : null;
    }

    // "= /path", "^~ /path", "~ expression" and "~* expression" of a location.
    private static UnlikelyPattern? FindNginx(string text)
    {
        var match = Nginx.Match(text);
        if (!match.Success)
        {
            return null;
        }

        var (sign, rest) = (match.Groups[1].Value, match.Groups[2].Value);
        return new UnlikelyPattern(
            sign + " is a modifier of nginx, and no part of a path",
            sign switch
            {
                "=" => rest,
                "^~" => rest[rest.Length - 1] == '/' ? rest + "*" : "^" + PatternText.Quote(rest) + AnyRest + "$",
                "~*" => PatternKind.UnanchoredPrefix + "(?i)" + rest,
                _ => PatternKind.UnanchoredPrefix + rest,
            });
    }

    private static bool IsExplicitExpression(string text)
    {
        if (text.Length < 2 || text[0] != '^' || text[text.Length - 1] != '$')
        {
            return false;
        }

        var backslashes = 0;
        while (text[text.Length - 2 - backslashes] == '\\')
        {
            backslashes++;
        }

        return backslashes % 2 == 0;
    }

    private static PathText Refused(string path, UnlikelyPattern unlikely) => new(path, path, false, false, unlikely);

    private static int NextWildcard(string stem, int from)
    {
        var star = stem.IndexOf('*', from);
        var any = stem.IndexOf("/**/", from + 1, StringComparison.Ordinal);
        var end = star < 0 ? stem.Length : star;
        return any >= 0 && any < end ? any : end;
    }

    // {name}, {name:type}, <name> and :name at the beginning of a segment; null when there is none.
    private static string? WithoutTemplates(string text)
    {
        var result = new StringBuilder();
        var found = false;
        for (var i = 0; i < text.Length; i++)
        {
            var next = i + 1 < text.Length ? text[i + 1] : '\0';
            var isBrace = text[i] == '{' && IsNameStart(next) && text.IndexOf('}', i) > 0 && !(i > 1 && text[i - 2] == '\\' && (text[i - 1] is 'p' or 'P' or 'x'));
            var isAngle = text[i] == '<' && IsNameStart(next) && text.IndexOf('>', i) > 0 && !(i > 0 && (text[i - 1] == '?' || (text[i - 1] == 'P' && i > 1 && text[i - 2] == '?')));
            var isColon = text[i] == ':' && IsNameStart(next) && i > 0 && text[i - 1] == '/';
            if (isBrace || isAngle || isColon)
            {
                found = true;
                result.Append('*');
                var end = text.IndexOf(isBrace ? '}' : isAngle ? '>' : '/', i);
                i = !isColon ? end : (end < 0 ? text.Length : end) - 1;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return found ? result.ToString() : null;
    }

    private static bool IsNameStart(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_';

    // A question mark, a name and an equals sign; -1 when there is none.
    private static int QueryStart(string text)
    {
        for (var mark = text.IndexOf('?'); mark > 0; mark = text.IndexOf('?', mark + 1))
        {
            var end = mark + 1;
            while (end < text.Length && (IsNameStart(text[end]) || text[end] is (>= '0' and <= '9') or '-' or '.'))
            {
                end++;
            }

            if (text[mark - 1] != '(' && end > mark + 1 && end < text.Length && text[end] == '=')
            {
                return mark;
            }
        }

        return -1;
    }
}
