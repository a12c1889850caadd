using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace LightningOps.Compile.Aperture;

/// <summary>Signs that the author of a path pattern meant something else than it matches (docs/patterns.md#what-is-refused).</summary>
internal static class PathDoubts
{
    // "https://host/path", also with an escaped dot and behind ^.
    private static readonly Regex Url = new(@"\A\^?[A-Za-z][A-Za-z0-9]*\??://(?:[^/\[\]()\\?+{}|^$\s]|\\\.)*(/.*)?\z", RegexOptions.CultureInvariant);

    // An expression of JavaScript, "/^\/path/i".
    private static readonly Regex Script = new(@"\A/(\^\\/.*)/([gimsuy]*)\z", RegexOptions.CultureInvariant);

    // "/my docs": a word follows each blank.
    private static readonly Regex Words = new(@"\A/\S*(?: +(?!HTTP/)\w[^\s:=/]*(?:/\S*)?)+\z", RegexOptions.CultureInvariant);

    // "/a, /b".
    private static readonly Regex List = new(@"[,;]\s*/", RegexOptions.CultureInvariant);

    // "." or ".." as a segment, also encoded.
    private static readonly Regex DotSegment = new(@"(?:\A|/)(?:\.|%2[eE]){1,2}(?:/|\z)", RegexOptions.CultureInvariant);

    // {a,b}
    private static readonly Regex Choice = new(@"\{([^{}]*,[^{}]*)\}", RegexOptions.CultureInvariant);

    // {2,3} and {2,}, which repeat in an expression.
    private static readonly Regex Repeat = new(@"\{[0-9]+,[0-9]*\}", RegexOptions.CultureInvariant);

    // [name], [...name] and [[...name]] as a segment.
    private static readonly Regex Bracket = new(@"(?<=/)(\[{1,2})(\.\.\.)?([A-Za-z_][A-Za-z0-9_]*)\]{1,2}(?=/|\z)", RegexOptions.CultureInvariant);

    // In an expression, behind an escape or a class: * behind a slash, as a wildcard of a glob stands.
    private static readonly Regex SlashStars = new(@"\\.|\[\^?\]?[^\]]*\]|(/\*+)(?=(?<inner>/[^*])|[/|)]|\$?\z)", RegexOptions.CultureInvariant);

    private static readonly char[] TemplateMarks = { '{', '<', ':' };

    /// <summary>Why a trimmed path pattern, expression or not, cannot match what its author meant; null when it may.</summary>
    public static UnlikelyPattern? Find(string text, bool isExpression)
    {
        if (text.Length == 0 || IsExplicitExpression(text))
        {
            return null;
        }

        if (ServerSyntax.Find(text) is { } server)
        {
            return server;
        }

        if (text.IndexOf("://", StringComparison.Ordinal) >= 0)
        {
            const string reason = "a path has no scheme and host";
            return Url.Match(text) is { Success: true } url ? Suggest(reason, url.Groups[1].Success ? url.Groups[1].Value : "/") : new UnlikelyPattern(reason);
        }

        if (text.Length > 2 && text[0] == text[text.Length - 1] && text[0] is '"' or '\'' or '`')
        {
            const string reason = "its quotation marks are matched as text";
            return text.IndexOf(text[0], 1) == text.Length - 1 ? Suggest(reason, text.Substring(1, text.Length - 2)) : new UnlikelyPattern(reason);
        }

        if (!isExpression && List.IsMatch(text))
        {
            return new UnlikelyPattern("it is one path: write a route for each");
        }

        if (HasBlank(text))
        {
            const string reason = "a request path contains no blanks or control characters: a blank is sent and written as %20";
            return Words.IsMatch(text) ? new UnlikelyPattern(reason, text.Replace(" ", "%20")) : new UnlikelyPattern(reason);
        }

        var hasBrace = text.IndexOf('{') >= 0;

        // After ^ a repeat is meant.
        var beginsAsExpression = text[0] == '^';
        if (hasBrace && !beginsAsExpression && Repeat.Match(text) is { Success: true } repeat)
        {
            var reason = "in an expression " + repeat.Value + " repeats what precedes it, and is not a choice";
            var expression = "^" + text + "$";
            return repeat.Value[repeat.Value.Length - 2] != ',' && FromChoices(text) is { } choices ? new UnlikelyPattern(reason, choices, expression) : new UnlikelyPattern(reason, expression);
        }

        if (text.IndexOf("[!", StringComparison.Ordinal) >= 0)
        {
            return new UnlikelyPattern("in an expression [!\u2026] matches an exclamation mark, too: a class of other characters begins with ^", text.Replace("[!", "[^/"));
        }

        if (hasBrace && Choice.IsMatch(beginsAsExpression ? Repeat.Replace(text, string.Empty) : text))
        {
            const string reason = "its braces are matched as text";
            return FromChoices(text) is { } choices ? new UnlikelyPattern(reason, choices) : new UnlikelyPattern(reason);
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
            const string reason = "nothing can precede ^";
            return Script.Match(text) is { Success: true } script ? new UnlikelyPattern(reason, FromScript(script.Groups[1].Value, script.Groups[2].Value))
                : caret == 0 ? new UnlikelyPattern(reason, "^/" + text.Substring(2).TrimStart('/'))
                : new UnlikelyPattern(reason);
        }

        if (isExpression && !beginsAsExpression && FromGlobInExpression(text) is { } given)
        {
            const string reason = "in an expression * repeats the slash before it, and is no wildcard";
            return PlainSigns.FindText(text) is { } plain ? new UnlikelyPattern(reason, given, plain) : new UnlikelyPattern(reason, given);
        }

        if (isExpression)
        {
            return PercentText.HasOctet(text)
                ? new UnlikelyPattern("an expression is matched against the decoded path, which contains no %XX") { Advice = "the decoded text in an expression ^…$" }
                : null;
        }

        if (text.StartsWith("!/", StringComparison.Ordinal))
        {
            return new UnlikelyPattern("an exclamation mark does not exclude a path: it is matched as text");
        }

        var rooted = CandidateRoute.NormalisePath(text);
        if (rooted.IndexOf("/.*", StringComparison.Ordinal) >= 0)
        {
            return new UnlikelyPattern("it is read as a glob, where .* is a dot and any text within the segment", rooted.Replace("/.*", "/*"), "^" + rooted + "$");
        }

        return DotSegment.IsMatch(rooted) ? new UnlikelyPattern("clients remove its dot segments before they send the request", WithoutDotSegments(rooted)) : null;
    }

    /// <summary>A part of a pattern as what was meant; where that is unlikely itself, what it suggests.</summary>
    public static UnlikelyPattern Suggest(string reason, string pattern) =>
        new(reason, pattern.Length == 0 ? [] : Find(pattern, PatternTable.IsExpression(pattern)) is { } doubt ? doubt.Candidates : [pattern]);

    // JavaScript searches for an expression, as Aperture does.
    private static string FromScript(string body, string flags) =>
        PatternKind.UnanchoredPrefix + (flags.IndexOf('i') >= 0 ? "(?i)" : string.Empty) + body.Replace(@"\/", "/");

    private static bool HasBlank(string text)
    {
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                return true;
            }
        }

        return false;
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

    // As an expression; null where another sign of one stands beside the braces.
    private static string? FromChoices(string text)
    {
        var rest = Choice.Replace(text, string.Empty);
        if (PatternKind.HasMetacharacter(rest) || rest.IndexOf("**", StringComparison.Ordinal) >= 0)
        {
            return null;
        }

        var isPrefix = text.EndsWith("/*", StringComparison.Ordinal);
        var stem = isPrefix ? text.Substring(0, text.Length - 1) : text;
        var expression = new StringBuilder("^");
        var at = 0;
        foreach (Match choice in Choice.Matches(stem))
        {
            var words = choice.Groups[1].Value.Split(',').Select(static word => PatternText.QuoteGlob(word, PathText.SegmentWildcard));
            expression.Append(PatternText.QuoteGlob(stem.Substring(at, choice.Index - at), PathText.SegmentWildcard)).Append('(').Append(string.Join("|", words)).Append(')');
            at = choice.Index + choice.Length;
        }

        return expression.Append(PatternText.QuoteGlob(stem.Substring(at), PathText.SegmentWildcard)).Append(isPrefix ? PathText.AnyRest : string.Empty).Append('$').ToString();
    }

    // With the wildcards of a glob as expressions; null where it has none.
    private static string? FromGlobInExpression(string text)
    {
        if (text.IndexOf("/*", StringComparison.Ordinal) < 0)
        {
            return null;
        }

        var found = false;
        var expression = SlashStars.Replace(text, match =>
        {
            found |= match.Groups[1].Success;
            return !match.Groups[1].Success ? match.Value
                : !match.Groups["inner"].Success ? "/" + PathText.AnyRest
                : match.Groups[1].Length > 2 ? "(?:/" + PathText.AnyRest + ")?"
                : "/" + PathText.SegmentWildcard;
        });
        expression = CandidateRoute.NormalisePath(expression.TrimEnd('$'));
        return !found ? null : expression.IndexOf('|') >= 0 ? "^(?:" + expression + ")$" : "^" + expression + "$";
    }

    private static string WithoutDotSegments(string path)
    {
        var kept = new List<string>();
        var segments = path.Substring(1).Split('/');
        foreach (var segment in segments)
        {
            var plain = segment.Replace("%2e", ".").Replace("%2E", ".");
            if (plain is not ("." or ".."))
            {
                kept.Add(segment);
            }
            else if (plain == ".." && kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }
        }

        // "/" as a pattern matches every path.
        return kept.All(static segment => segment.Length == 0) ? "^/$" : "/" + string.Join("/", kept);
    }

    // [name] of a framework. A class of single characters is written in their order: [ab], [xyz].
    private static string ReplaceBrackets(string text) => text.IndexOf("/[", StringComparison.Ordinal) < 0 ? text : Bracket.Replace(
        text,
        found =>
        {
            var name = found.Groups[3].Value;
            return found.Groups[1].Length == 2 || found.Groups[2].Success || Enumerable.Range(1, name.Length - 1).Any(i => name[i] <= name[i - 1])
                ? found.Groups[2].Success && found.Index + found.Length < text.Length ? "**" : "*"
                : found.Value;
        });

    // {name}, {name:type}, <name>, [name] and :name at the beginning of a segment; null when there is none.
    private static string? WithoutTemplates(string given)
    {
        var text = ReplaceBrackets(given);
        if (ReferenceEquals(text, given) && given.IndexOfAny(TemplateMarks) < 0)
        {
            return null;
        }

        var result = new StringBuilder();
        var found = text != given;
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
