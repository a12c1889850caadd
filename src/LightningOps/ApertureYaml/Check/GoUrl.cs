using System;
using System.Linq;

namespace LightningOps.ApertureYaml.Check;

/// <summary>The parts of a URL reference, as Go's <c>net/url.Parse</c> splits it (Go 1.26).</summary>
/// <param name="Scheme">Scheme in lower case; empty without one.</param>
/// <param name="Host">Host and port as written; empty without them.</param>
/// <param name="Path">Path as written; empty without one.</param>
/// <param name="Query">Query without its question mark.</param>
/// <param name="Fragment">Fragment without its number sign.</param>
internal sealed record GoUrl(string Scheme, string Host, string Path, string Query, string Fragment)
{
    private const string UserInfoMarks = "-._:~!$&'()*+,;=%@";
    private const string HostMarks = "!$&'()*+,;=:[]<>\"-_.~%";

    /// <summary>Whether Go reads the text as the user name or password of a URL.</summary>
    public static bool IsUserInfo(string text) =>
        text.All(static character => IsLetterOrDigit(character) || UserInfoMarks.IndexOf(character) >= 0) && HasOnlyEscapes(text);

    /// <summary>The parts of a text, or null where Go refuses it.</summary>
    public static GoUrl? TryParse(string text)
    {
        var before = Cut(text, '#', out var fragment);
        if (before.Any(static character => character is < ' ' or '\x7f') || !HasOnlyEscapes(fragment))
        {
            return null;
        }

        if (before == "*")
        {
            return new GoUrl(string.Empty, string.Empty, "*", string.Empty, fragment);
        }

        if (FindScheme(before) is not { } scheme)
        {
            return null;
        }

        var rest = Cut(scheme.Length == 0 ? before : before.Substring(scheme.Length + 1), '?', out var query);
        if (!rest.StartsWith("/", StringComparison.Ordinal))
        {
            // With a scheme the rest is opaque. Without one a colon in the first segment could be one.
            return scheme.Length > 0 ? new GoUrl(scheme, string.Empty, string.Empty, query, fragment)
                : rest.Split('/')[0].IndexOf(':') >= 0 || !HasOnlyEscapes(rest) ? null
                : new GoUrl(string.Empty, string.Empty, rest, query, fragment);
        }

        var host = string.Empty;
        if (rest.StartsWith("//", StringComparison.Ordinal) && (scheme.Length > 0 || !rest.StartsWith("///", StringComparison.Ordinal)))
        {
            var end = rest.IndexOf('/', 2);
            var authority = end < 0 ? rest.Substring(2) : rest.Substring(2, end - 2);
            rest = end < 0 ? string.Empty : rest.Substring(end);
            var at = authority.LastIndexOf('@');
            host = authority.Substring(at + 1);
            if (!IsHost(host) || (at >= 0 && !IsUserInfo(authority.Substring(0, at))))
            {
                return null;
            }
        }

        return HasOnlyEscapes(rest) ? new GoUrl(scheme, host, rest, query, fragment) : null;
    }

    /// <summary>The scheme in lower case, empty where there is none; null for a colon without one.</summary>
    private static string? FindScheme(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ':')
            {
                return i == 0 ? null : text.Substring(0, i).ToLowerInvariant();
            }

            if (!IsLetter(text[i]) && (i == 0 || !(text[i] is >= '0' and <= '9' or '+' or '-' or '.')))
            {
                break;
            }
        }

        return string.Empty;
    }

    private static bool IsHost(string host)
    {
        var open = host.LastIndexOf('[');
        if (open >= 0)
        {
            var close = host.LastIndexOf(']');
            return open == 0 && close > 0 && IsOptionalPort(host.Substring(close + 1)) && IsAddressLiteral(host.Substring(1, close - 1));
        }

        var colon = host.IndexOf(':');
        return (colon < 0 || IsOptionalPort(host.Substring(colon))) && HasOnlyEscapes(host)
            && host.All(static character => character >= '\x80' || IsLetterOrDigit(character) || HostMarks.IndexOf(character) >= 0)
            && HasHostEscapes(host);
    }

    private static bool IsAddressLiteral(string literal)
    {
        var zone = literal.IndexOf("%25", StringComparison.Ordinal);
        var address = zone < 0 ? literal : literal.Substring(0, zone);
        return GoAddress.IsIPv6(address) && (zone < 0 || (zone + 3 < literal.Length && HasOnlyEscapes(literal.Substring(zone))));
    }

    /// <summary>A host may escape bytes beyond ASCII only, and the percent sign of a zone.</summary>
    private static bool HasHostEscapes(string host)
    {
        for (var i = host.IndexOf('%'); i >= 0; i = host.IndexOf('%', i + 1))
        {
            if (host[i + 1] is >= '0' and <= '7' && string.CompareOrdinal(host, i, "%25", 0, 3) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsOptionalPort(string port) =>
        port.Length == 0 || (port[0] == ':' && port.Skip(1).All(static character => character is >= '0' and <= '9'));

    private static bool HasOnlyEscapes(string text)
    {
        for (var i = text.IndexOf('%'); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !Uri.IsHexDigit(text[i + 1]) || !Uri.IsHexDigit(text[i + 2]))
            {
                return false;
            }
        }

        return true;
    }

    private static string Cut(string text, char separator, out string rest)
    {
        var index = text.IndexOf(separator);
        rest = index < 0 ? string.Empty : text.Substring(index + 1);
        return index < 0 ? text : text.Substring(0, index);
    }

    private static bool IsLetter(char character) => character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');

    private static bool IsLetterOrDigit(char character) => IsLetter(character) || character is >= '0' and <= '9';
}
