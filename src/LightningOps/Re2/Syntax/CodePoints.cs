using System.Collections.Generic;
using System.Text;

namespace LightningOps.Re2.Syntax;

/// <summary>Reads code points from UTF-16 text.</summary>
internal static class CodePoints
{
    /// <summary>The code point at <paramref name="index"/>, which then points to its last character; -1 for a lone surrogate.</summary>
    public static int At(string text, ref int index)
    {
        var c = text[index];
        if (!char.IsSurrogate(c))
        {
            return c;
        }

        if (char.IsHighSurrogate(c) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        {
            return char.ConvertToUtf32(c, text[++index]);
        }

        return -1;
    }

    /// <summary>The text of these code points.</summary>
    public static string ToText(IReadOnlyList<int> codePoints)
    {
        var text = new StringBuilder(codePoints.Count);
        foreach (var codePoint in codePoints)
        {
            text.Append(char.ConvertFromUtf32(codePoint));
        }

        return text.ToString();
    }

    /// <summary>True when every code point of <paramref name="text"/> is in <paramref name="set"/>.</summary>
    public static bool AreIn(string text, CodePointSet set)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!set.Contains(At(text, ref i)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when every code point of <paramref name="text"/> is in the universe.</summary>
    public static bool AreVisible(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is (>= ' ' and < '\u007F') or (> '\u007F' and < '\uD800') or > '\uDFFF')
            {
                continue;
            }

            if (At(text, ref i) < 0x10000)
            {
                return false;
            }
        }

        return true;
    }
}
