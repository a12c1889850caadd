using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace LightningOps.Http;

/// <summary>
/// Removes secrets from a server's text before it becomes part of an error: in their plain form and as spelled by
/// JSON, URLs and HTML, also nested.
/// </summary>
internal sealed class SecretScrubber
{
    /// <summary>Takes the place of a secret.</summary>
    public const string Replacement = "***";

    /// <summary>Hexadecimal digits at least as long as a preimage; they may be one, or a macaroon.</summary>
    public static readonly Regex LongHex = new("[0-9a-fA-F]{64,}", RegexOptions.CultureInvariant);

    private const int MaxQuoteLength = 2000;

    // The part of a body that is scrubbed. A secret cut at its end is far beyond the quoted part.
    private const int MaxScrubbedLength = 64 * 1024;

    // The beginning of a run of backslashes, or the end of the last secret. No other match can start within such a
    // run.
    private const string RunStart = @"(?:(?<!\\)|\G)";

    private static readonly Dictionary<string, string> EntityNames = new(StringComparer.Ordinal)
    {
        ["\""] = "quot",
        ["&"] = "amp",
        ["'"] = "apos",
        ["<"] = "lt",
        [">"] = "gt",
    };

    private static readonly Dictionary<string, string> ShortEscapes = new(StringComparer.Ordinal)
    {
        ["\b"] = "b",
        ["\f"] = "f",
        ["\n"] = "n",
        ["\r"] = "r",
        ["\t"] = "t",
    };

    private readonly Regex[] spellings;

    public SecretScrubber(IEnumerable<string> secrets) =>
        spellings = secrets
            .Where(secret => secret.Length > 0)
            .SelectMany(secret => new[] { CreatePattern(secret), Regex.Escape(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))) })
            .Select(pattern => new Regex(pattern, RegexOptions.CultureInvariant))
            .ToArray();

    /// <summary><paramref name="text"/> with every spelling of every secret replaced.</summary>
    public string Scrub(string text) =>
        spellings.Aggregate(text, (scrubbed, spelling) => spelling.Replace(scrubbed, Replacement));

    /// <summary>The beginning of a body, safe for a failure.</summary>
    public string Quote(ReadOnlyMemory<byte> body) =>
        Quote(Encoding.UTF8.GetString(body.Slice(0, Math.Min(body.Length, MaxScrubbedLength)).ToArray()));

    /// <summary>The beginning of a text, safe for a failure.</summary>
    public string Quote(string text) => Shorten(Scrub(text), MaxQuoteLength);

    /// <summary>The beginning of a text, with an ellipsis if it is cut.</summary>
    public static string Shorten(string text, int maxLength) => text.Length > maxLength ? text.Substring(0, maxLength) + "…" : text;

    private static string CreatePattern(string secret)
    {
        var pattern = new StringBuilder();
        var follows = false;
        for (var i = 0; i < secret.Length; i++)
        {
            var backslashes = secret.Skip(i).TakeWhile(unit => unit == '\\').Count();
            if (backslashes > 0)
            {
                pattern.Append(SpellingsOfBackslashes(backslashes, isFirst: i == 0));
                i += backslashes - 1;
                follows = true;
                continue;
            }

            var isPair = char.IsHighSurrogate(secret[i]) && i + 1 < secret.Length && char.IsLowSurrogate(secret[i + 1]);
            pattern.Append("(?:").Append(string.Join("|", GetSpellings(secret.Substring(i, isPair ? 2 : 1), i == 0, follows))).Append(')');
            i += isPair ? 1 : 0;
            follows = false;
        }

        return pattern.ToString();
    }

    /// <summary>A run of backslashes is matched completely and once, because a body may contain 64 KiB of nothing else.</summary>
    private static string SpellingsOfBackslashes(int count, bool isFirst)
    {
        var times = "{" + count.ToString(CultureInfo.InvariantCulture);
        return "(?:" + (isFirst ? RunStart : string.Empty) + @"(?>\\" + times + ",})|(?:" + string.Join("|", EncodedSpellings(@"\", isFirst)) + ")" + times + "})";
    }

    private static IEnumerable<string> GetSpellings(string character, bool isFirst, bool followsBackslash)
    {
        // Plain, or after backslashes, which JSON in JSON doubles. Those of a preceding run are already matched.
        var start = isFirst ? RunStart : string.Empty;
        yield return start + @"\\*" + Regex.Escape(character);
        foreach (var spelling in EncodedSpellings(character, isFirst, followsBackslash))
        {
            yield return spelling;
        }

        if (ShortEscapes.TryGetValue(character, out var letter))
        {
            yield return start + (followsBackslash ? @"\\*" : @"\\+") + letter;
        }
    }

    private static IEnumerable<string> EncodedSpellings(string character, bool isFirst, bool followsBackslash = false)
    {
        var escape = (isFirst ? RunStart : string.Empty) + (followsBackslash ? @"\\*u" : @"\\+u");
        var ampersand = "(?:&|" + escape + "0026)(?:amp;)*";
        yield return IgnoringCase(escape + string.Join(@"\\+u", character.Select(unit => Hex(unit, 4))));
        yield return IgnoringCase(string.Concat(Encoding.UTF8.GetBytes(character).Select(octet => "%(?:25)*" + Hex(octet, 2))));

        var codePoint = char.IsSurrogate(character[0]) && character.Length == 2 ? char.ConvertToUtf32(character, 0) : character[0];
        yield return IgnoringCase(ampersand + "#(?:0*" + codePoint.ToString(CultureInfo.InvariantCulture) + "|x0*" + Hex(codePoint, 1) + ");");

        if (EntityNames.TryGetValue(character, out var entity))
        {
            yield return IgnoringCase(ampersand + entity + ";");
        }

        if (character == " ")
        {
            yield return IgnoringCase(@"(?:\+|" + escape + "002b)");
        }
    }

    private static string IgnoringCase(string pattern) => "(?i:" + pattern + ")";

    private static string Hex(int value, int digits) => value.ToString("X" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
