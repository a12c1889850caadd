using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace LightningOps.ControlPlane.Hosted;

/// <summary>
/// Takes secrets out of what a server says before it becomes part of an error: as they are, and as JSON, URLs and HTML
/// spell them, also where one is quoted in another.
/// </summary>
internal sealed class SecretScrubber
{
    private const string Replacement = "***";

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
            .SelectMany(secret => new[] { SpellingsOf(secret), Regex.Escape(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))) })
            .Select(pattern => new Regex(pattern, RegexOptions.CultureInvariant))
            .ToArray();

    /// <summary><paramref name="text"/> with every spelling of every secret replaced.</summary>
    public string Scrub(string text) =>
        spellings.Aggregate(text, (scrubbed, spelling) => spelling.Replace(scrubbed, Replacement));

    private static string SpellingsOf(string secret)
    {
        var pattern = new StringBuilder();
        for (var i = 0; i < secret.Length; i++)
        {
            var isPair = char.IsHighSurrogate(secret[i]) && i + 1 < secret.Length && char.IsLowSurrogate(secret[i + 1]);
            pattern.Append("(?:").Append(string.Join("|", SpellingsOfCharacter(secret.Substring(i, isPair ? 2 : 1)))).Append(')');
            i += isPair ? 1 : 0;
        }

        return pattern.ToString();
    }

    private static IEnumerable<string> SpellingsOfCharacter(string character)
    {
        // As it is, or behind backslashes: JSON in JSON doubles them.
        yield return @"\\*" + Regex.Escape(character);
        yield return IgnoringCase(string.Concat(character.Select(unit => @"\\+u" + Hex(unit, 4))));
        yield return IgnoringCase(string.Concat(Encoding.UTF8.GetBytes(character).Select(octet => "%(?:25)*" + Hex(octet, 2))));

        var codePoint = char.IsSurrogate(character[0]) && character.Length == 2 ? char.ConvertToUtf32(character, 0) : character[0];
        yield return IgnoringCase("&(?:amp;)*#(?:0*" + codePoint.ToString(CultureInfo.InvariantCulture) + "|x0*" + Hex(codePoint, 1) + ");");

        if (EntityNames.TryGetValue(character, out var entity))
        {
            yield return "&(?:amp;)*" + entity + ";";
        }

        if (ShortEscapes.TryGetValue(character, out var letter))
        {
            yield return @"\\+" + letter;
        }

        if (character == " ")
        {
            yield return @"\+";
        }
    }

    private static string IgnoringCase(string pattern) => "(?i:" + pattern + ")";

    private static string Hex(int value, int digits) => value.ToString("X" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
