using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace LightningOps.Compile.Aperture;

/// <summary>Paths as the configuration of another server or a router writes them (docs/patterns.md#what-is-refused).</summary>
internal static class ServerSyntax
{
    /// <summary>What a path in the syntax matches.</summary>
    private enum Meaning
    {
        /// <summary>That path.</summary>
        Exact,

        /// <summary>Every path that begins with it, though that path alone may be meant.</summary>
        Beginning,

        /// <summary>Every path that begins with it.</summary>
        AnyBeginning,

        /// <summary>That path and what is below it.</summary>
        Folder,

        /// <summary>Every path in which the expression matches.</summary>
        Expression,
    }

    // A line of nginx ends in ; or opens a block. A quoted value of JSON ends in a comma.
    private static readonly Regex End = new(@"(?:\s*;+|\s+\{(?:\s.*)?|(?<=[""'`]),)\s*\z", RegexOptions.CultureInvariant | RegexOptions.Singleline);

    private static readonly Regex Nginx = new(@"\A(=|\^~|~\*?)\s*([/^\\(].*)\z", RegexOptions.CultureInvariant);

    // "GET /path", "GET|POST /path" and "GET:/path", also with " HTTP/1.1".
    private static readonly Regex Method = new(
        @"\A(?:[A-Z]+(?:[|,][A-Z]+)*\s+|(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY|ALL):\s*|(?:get|head|post|put|patch|delete|options|any|all)\s+)(/\S*)(?:\s+HTTP/[0-9.]+)?\z",
        RegexOptions.CultureInvariant);

    // "location /path", "path: /path", "<Location /path>".
    private static readonly Regex Directive = new(@"\A(?:-\s+)?(<?[A-Za-z][A-Za-z_]*):?\s+(\S.*)\z", RegexOptions.CultureInvariant);

    private static readonly Dictionary<string, Meaning> Directives = new(StringComparer.OrdinalIgnoreCase)
    {
        // nginx and Apache.
        ["location"] = Meaning.Beginning,
        ["<Location"] = Meaning.Folder,
        ["<LocationMatch"] = Meaning.Expression,

        // Caddy.
        ["handle"] = Meaning.Exact,
        ["handle_path"] = Meaning.Exact,
        ["route"] = Meaning.Exact,
        ["path_regexp"] = Meaning.Expression,

        // HAProxy.
        ["path"] = Meaning.Exact,
        ["path_beg"] = Meaning.Beginning,
        ["path_reg"] = Meaning.Expression,

        // Envoy.
        ["prefix"] = Meaning.Beginning,
    };

    // A rule of Traefik.
    private static readonly Regex Rule = new(@"\A[!(\s]*(?:Host|HostSNI|HostRegexp|Path|PathPrefix|PathRegexp|Method|Headers?|HeadersRegexp|HeaderRegexp|Query|QueryRegexp|ClientIP)\(", RegexOptions.CultureInvariant);

    private static readonly Regex RulePath = new(@"\b(Path(?:Prefix|Regexp)?)\((?:`([^`]*)`|""([^""\\]*)"")\)", RegexOptions.CultureInvariant);

    /// <summary>What a trimmed path pattern means there; null when it is in no syntax known here.</summary>
    public static UnlikelyPattern? Find(string text)
    {
        // The length bounds the time of the searches.
        if (text.Length > PatternTable.MaxExpressionLength)
        {
            return null;
        }

        // Most patterns begin with a slash, or are expressions.
        var first = text[0];
        if ((first != '^' || text.StartsWith("^~", StringComparison.Ordinal)) && MayHaveEnd(text) && End.Match(text) is { Success: true, Index: > 0 } end)
        {
            var sign = end.Value.Trim()[0];
            return PathDoubts.Suggest(sign == '{' ? "{ opens a block of a server's configuration, and is no part of a path" : sign + " at its end is matched as text", text.Substring(0, end.Index));
        }

        if (first == '/')
        {
            return null;
        }

        if (FindNginx(text) is { } nginx)
        {
            return nginx;
        }

        if (first == '^')
        {
            return null;
        }

        if (Rule.IsMatch(text))
        {
            return FindRule(text);
        }

        if (Method.Match(text) is { Success: true } method)
        {
            const string reason = "a path is sold for every method, and none is a part of it";
            return method.Groups[1].Value == "/" ? new UnlikelyPattern(reason, "^/$", "/") : PathDoubts.Suggest(reason, method.Groups[1].Value);
        }

        return Directive.Match(text) is { Success: true } directive && Directives.TryGetValue(directive.Groups[1].Value, out var meaning)
            ? FindDirective(directive.Groups[1].Value, meaning, directive.Groups[2].Value)
            : null;
    }

    private static bool MayHaveEnd(string text) => text[text.Length - 1] switch
    {
        ';' => true,
        ',' => text[0] is '"' or '\'' or '`',
        _ => text.IndexOf(" {", StringComparison.Ordinal) >= 0,
    };

    // "= /path", "^~ /path", "~ expression" and "~* expression" of a location.
    private static UnlikelyPattern? FindNginx(string text)
    {
        if (text[0] is not ('=' or '~') && !text.StartsWith("^~", StringComparison.Ordinal))
        {
            return null;
        }

        var match = Nginx.Match(text);
        if (!match.Success)
        {
            return null;
        }

        var (sign, rest) = (match.Groups[1].Value, match.Groups[2].Value);
        var reason = sign + " is a modifier of nginx, and no part of a path";
        return sign switch
        {
            "=" => Create(reason, Meaning.Exact, rest),
            "^~" => Create(reason, Meaning.AnyBeginning, rest),
            "~*" => Create(reason, Meaning.Expression, "(?i)" + rest),
            _ => Create(reason, Meaning.Expression, rest),
        };
    }

    private static UnlikelyPattern FindDirective(string name, Meaning meaning, string rest)
    {
        var isTag = name[0] == '<';
        var value = Unquote(isTag && rest[rest.Length - 1] == '>' ? rest.Substring(0, rest.Length - 1).TrimEnd() : rest);
        var reason = name.TrimStart('<') + " belongs to the configuration of a server, and is no part of a path";
        return meaning == Meaning.Beginning && FindNginx(value) is { } modified ? new UnlikelyPattern(reason, modified.Candidates) : Create(reason, meaning, value);
    }

    // Of several parts joined by && one may be a path. The others are no part of a path pattern.
    private static UnlikelyPattern FindRule(string text)
    {
        const string reason = "it is a rule of Traefik, and no path";
        var paths = RulePath.Matches(text);
        if (paths.Count != 1 || text.IndexOf('!') >= 0 || text.IndexOf("||", StringComparison.Ordinal) >= 0 || text.IndexOf("Path", StringComparison.Ordinal) != paths[0].Index
            || text.LastIndexOf("Path", StringComparison.Ordinal) != paths[0].Index)
        {
            return new UnlikelyPattern(reason);
        }

        var value = paths[0].Groups[2].Success ? paths[0].Groups[2].Value : paths[0].Groups[3].Value;
        return Create(reason, paths[0].Groups[1].Value switch { "Path" => Meaning.Exact, "PathPrefix" => Meaning.Beginning, _ => Meaning.Expression }, value);
    }

    private static UnlikelyPattern Create(string reason, Meaning meaning, string value)
    {
        if (value.Length == 0 || value.IndexOf(' ') >= 0 || value.IndexOf('\t') >= 0)
        {
            return new UnlikelyPattern(reason);
        }

        if (meaning == Meaning.Expression)
        {
            return new UnlikelyPattern(reason, PatternKind.UnanchoredPrefix + value);
        }

        return new UnlikelyPattern(reason, value[0] != '/' ? [] : GetCandidates(meaning, value));
    }

    private static string[] GetCandidates(Meaning meaning, string path)
    {
        if (PathDoubts.Find(path, PatternTable.IsExpression(path)) is { } doubt)
        {
            return doubt.Candidates;
        }

        // The signs are text there, or a star means something else.
        var last = path[path.Length - 1];
        if (PatternKind.HasMetacharacter(path) || path.IndexOf('*') is var star and >= 0 && (star != path.Length - 1 || path[star - 1] != '/'))
        {
            return [];
        }

        // "/" as a pattern matches every path.
        var beginning = "^" + PatternText.Quote(path);
        return meaning switch
        {
            Meaning.Exact when path == "/" => ["^/$"],
            not Meaning.Exact when last == '/' && path.Length > 1 => [path + "*"],
            Meaning.Beginning when IsPlain(path) => [path, beginning + PathText.AnyRest + "$"],
            Meaning.AnyBeginning when IsPlain(path) => [beginning + PathText.AnyRest + "$"],
            Meaning.Folder when IsPlain(path) => [path, beginning + "(/" + PathText.AnyRest + ")?$"],
            _ => [path],
        };
    }

    // Text that is the same in an expression, which is not decoded.
    private static bool IsPlain(string path) => path.Length > 1 && path.IndexOf('%') < 0 && path[path.Length - 1] != '*';

    private static string Unquote(string text) =>
        text.Length > 2 && text[0] is '"' or '\'' or '`' && text.IndexOf(text[0], 1) == text.Length - 1 ? text.Substring(1, text.Length - 2) : text;
}
