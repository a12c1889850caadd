using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace LightningOps.L402.Challenges;

/// <summary>The requested attributes of one segment, still as written. Others are only checked for form and dropped.</summary>
internal sealed class AttributeTexts
{
    private const int MaxQuoteLength = 40;

    private readonly Dictionary<string, string> texts;

    private AttributeTexts(Dictionary<string, string> texts) => this.texts = texts;

    /// <summary>Reads the names of a segment's entries.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="known">Lower-case names to keep.</param>
    /// <param name="attributes">The attributes found.</param>
    /// <param name="error">The first entry that is not an attribute, or a duplicate of a known name.</param>
    public static bool TryRead(SchemeSegment segment, ICollection<string> known, [NotNullWhen(true)] out AttributeTexts? attributes, [NotNullWhen(false)] out L402Error? error)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        attributes = null;
        error = segment.IsUnterminated ? L402Error.Challenge(L402ErrorCodes.ChallengeUnterminatedQuote, "Challenge contains an unterminated quoted attribute") : null;
        for (var i = 0; error is null && i < segment.Entries.Count; i++)
        {
            error = Add(texts, segment.Entries[i], known);
        }

        attributes = error is null ? new(texts) : null;
        return error is null;
    }

    /// <summary>Whether the attribute is present.</summary>
    public bool Has(string name) => texts.ContainsKey(name);

    /// <summary>Reads the value of an attribute.</summary>
    /// <param name="name">Its lower-case name.</param>
    /// <param name="value">Its value without quotes and escapes; null when it is missing.</param>
    /// <param name="error">Why the value cannot be read.</param>
    public bool TryRead(string name, out string? value, [NotNullWhen(false)] out L402Error? error)
    {
        value = texts.TryGetValue(name, out var text) ? Unquote(text) : null;
        error = text is null || IsUsable(value)
            ? null
            : L402Error.Challenge(L402ErrorCodes.ChallengeMalformedValue, "Malformed value for challenge attribute: " + name);
        return error is null;
    }

    /// <summary>A value without its quotes and escapes; null when it is neither quoted nor a bare word.</summary>
    public static string? Unquote(string text)
    {
        if (text.Length == 0 || text[0] is not ('"' or '\''))
        {
            return text.IndexOfAny(new[] { ' ', '\t', '"' }) < 0 ? text : null;
        }

        var value = new StringBuilder(text.Length);
        for (var i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case var character when character == text[0]:
                    return i == text.Length - 1 ? value.ToString() : null;
                case '\\' when i + 1 < text.Length:
                    value.Append(text[++i]);
                    break;
                default:
                    value.Append(text[i]);
                    break;
            }
        }

        return null;
    }

    private static L402Error? Add(Dictionary<string, string> texts, string entry, ICollection<string> known)
    {
        if (entry.Length == 0)
        {
            return L402Error.Challenge(L402ErrorCodes.ChallengeEmptyAttribute, "Challenge contains an empty attribute entry");
        }

        var sign = entry.IndexOf('=');
        var name = sign < 0 ? string.Empty : entry.Substring(0, sign).TrimEnd().ToLowerInvariant();
        if (!AuthenticationValue.IsToken(name))
        {
            return L402Error.Challenge(L402ErrorCodes.ChallengeMalformedAttribute, "Malformed challenge attribute: " + Shorten(entry));
        }

        if (!known.Contains(name))
        {
            return null;
        }

        if (texts.ContainsKey(name))
        {
            return L402Error.Challenge(L402ErrorCodes.ChallengeDuplicateAttribute, "Duplicate challenge attribute: " + name);
        }

        texts.Add(name, entry.Substring(sign + 1).TrimStart());
        return null;
    }

    // Values may later become part of a request header, where a control character could end it and begin another.
    private static bool IsUsable(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return false;
        }

        foreach (var character in value!)
        {
            if (character is < ' ' or > '~')
            {
                return false;
            }
        }

        return true;
    }

    // An entry may contain a macaroon, so an error shows only its beginning, without control characters.
    private static string Shorten(string entry)
    {
        var shown = new StringBuilder();
        for (var i = 0; i < entry.Length && i < MaxQuoteLength; i++)
        {
            shown.Append(entry[i] is < ' ' or > '~' ? '?' : entry[i]);
        }

        return entry.Length > MaxQuoteLength ? shown.Append("...").ToString() : shown.ToString();
    }
}

/// <summary>Writes quoted strings of RFC 9110, and detects single quotes, which some servers use.</summary>
internal static class QuotedText
{
    /// <summary>The value in quotes, with its quotes and backslashes escaped.</summary>
    public static string Quote(string value) => "\"" + value.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";

    /// <summary>
    /// Whether the single quote at this position opens a value: it follows the equals sign of an attribute, and
    /// another one closes it. Elsewhere a single quote is an ordinary character of a token (RFC 9110, 5.6.2).
    /// </summary>
    public static bool OpensSingle(string text, int position)
    {
        var before = position - 1;
        while (before >= 0 && text[before] is ' ' or '\t')
        {
            before--;
        }

        return before >= 0 && text[before] == '=' && text.IndexOf('\'', position + 1) > 0;
    }
}

/// <summary>One challenge or credential of a header value: its scheme and the comma-separated texts after it.</summary>
/// <param name="SchemeName">As written, in any case.</param>
/// <param name="Entries">Trimmed; empty between two adjacent commas.</param>
/// <param name="IsUnterminated">Whether the last entry opens a quote that does not end.</param>
internal sealed record SchemeSegment(string SchemeName, IReadOnlyList<string> Entries, bool IsUnterminated);
