using System;
using System.Text;

namespace LightningOps.Compile.Aperture;

/// <summary>Literal text and globs written as RE2 expressions.</summary>
internal static class PatternText
{
    // What Go's regexp.QuoteMeta escapes.
    private static readonly char[] Special = { '\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$' };

    public static string Quote(string literal)
    {
        if (literal.IndexOfAny(Special) < 0)
        {
            return literal;
        }

        var quoted = new StringBuilder(literal.Length + 8);
        foreach (var c in literal)
        {
            if (Array.IndexOf(Special, c) >= 0)
            {
                quoted.Append('\\');
            }

            quoted.Append(c);
        }

        return quoted.ToString();
    }

    /// <summary><paramref name="glob"/> with each <c>*</c> replaced by <paramref name="wildcard"/> and the rest quoted.</summary>
    public static string QuoteGlob(string glob, string wildcard) =>
        string.Join(wildcard, Array.ConvertAll(glob.Split('*'), Quote));

    public static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (!char.IsHighSurrogate(text[i]) || i + 1 >= text.Length || !char.IsLowSurrogate(text[i + 1]))
            {
                return true;
            }

            i++;
        }

        return false;
    }
}
