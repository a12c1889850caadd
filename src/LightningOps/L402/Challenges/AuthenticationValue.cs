using System;
using System.Collections.Generic;

namespace LightningOps.L402.Challenges;

/// <summary>
/// Splits the value of a WWW-Authenticate or Authorization header, which may be several lines joined by commas, into
/// its schemes (RFC 9110, 11.6.1). Commas inside quotes do not separate, and a scheme name inside a quoted value is
/// only text.
/// </summary>
internal static class AuthenticationValue
{
    private const char NoQuote = '\0';

    /// <summary>The segments in order; text before the first scheme is ignored.</summary>
    public static List<SchemeSegment> Split(string value)
    {
        var texts = SplitAtCommas(value, out var unterminated);
        var segments = new List<SchemeSegment>();
        var entries = new List<string>();
        string? scheme = null;
        foreach (var text in texts)
        {
            if (TryReadScheme(text, out var next, out var rest))
            {
                Close(false);
                scheme = next;
                entries = new List<string>(AttributeEntries.Split(rest));
            }
            else
            {
                entries.AddRange(AttributeEntries.Split(text));
            }
        }

        Close(unterminated);
        return segments;

        void Close(bool isUnterminated)
        {
            if (scheme is not null)
            {
                segments.Add(new SchemeSegment(scheme, entries, isUnterminated));
            }
        }
    }

    /// <summary>The L402 or LSAT segment to use: the first L402 of all values, else the first LSAT.</summary>
    public static SchemeSegment? Preferred(IEnumerable<string> values, out L402Scheme scheme) =>
        AllPreferred(values, out scheme) is { Count: > 0 } segments ? segments[0] : null;

    /// <summary>All L402 segments in their order; without any, all LSAT segments.</summary>
    public static List<SchemeSegment> AllPreferred(IEnumerable<string> values, out L402Scheme scheme)
    {
        var current = new List<SchemeSegment>();
        var older = new List<SchemeSegment>();
        foreach (var value in values)
        {
            foreach (var segment in Split(value))
            {
                if (IsL402(segment.SchemeName))
                {
                    current.Add(segment);
                }
                else if (IsLsat(segment.SchemeName))
                {
                    older.Add(segment);
                }
            }
        }

        scheme = current.Count > 0 ? L402Scheme.L402 : L402Scheme.Lsat;
        return current.Count > 0 ? current : older;
    }

    /// <summary>Whether a name is an RFC 9110 token.</summary>
    public static bool IsToken(string name)
    {
        foreach (var character in name)
        {
            if (!IsTokenCharacter(character))
            {
                return false;
            }
        }

        return name.Length > 0;
    }

    private static List<string> SplitAtCommas(string value, out bool unterminated)
    {
        var texts = new List<string>();
        var start = 0;
        var quote = NoQuote;
        for (var i = 0; i < value.Length; i++)
        {
            switch (value[i])
            {
                case '\\' when quote != NoQuote:
                    i++;
                    break;
                case var character when character == quote:
                    quote = NoQuote;
                    break;
                case '"' when quote == NoQuote:
                    quote = '"';
                    break;
                case '\'' when quote == NoQuote && QuotedText.OpensSingle(value, i):
                    quote = '\'';
                    break;
                case ',' when quote == NoQuote:
                    texts.Add(value.Substring(start, i - start).Trim());
                    start = i + 1;
                    break;
            }
        }

        var last = value.Substring(start).Trim();
        if (last.Length > 0)
        {
            texts.Add(last);
        }

        unterminated = quote != NoQuote;
        return texts;
    }

    // "macaroon = x" is an attribute with white space around its equals sign, not a scheme named macaroon.
    private static bool TryReadScheme(string text, out string scheme, out string rest)
    {
        var end = 0;
        while (end < text.Length && IsTokenCharacter(text[end]))
        {
            end++;
        }

        scheme = text.Substring(0, end);
        rest = text.Substring(end).TrimStart();
        return end > 0 && end < text.Length && char.IsWhiteSpace(text[end]) && (rest[0] != '=' || IsL402(scheme) || IsLsat(scheme));
    }

    private static bool IsL402(string scheme) => scheme.Equals("L402", StringComparison.OrdinalIgnoreCase);

    private static bool IsLsat(string scheme) => scheme.Equals("LSAT", StringComparison.OrdinalIgnoreCase);

    private static bool IsTokenCharacter(char character) => character switch
    {
        >= '0' and <= '9' or >= 'A' and <= 'Z' or >= 'a' and <= 'z' => true,
        _ => "!#$%&'*+-.^_`|~".IndexOf(character) >= 0,
    };
}
