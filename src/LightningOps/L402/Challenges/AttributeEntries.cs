using System.Collections.Generic;

namespace LightningOps.L402.Challenges;

/// <summary>
/// Splits attributes that are separated only by blanks. The server helpers of the most used JavaScript library write
/// <c>version="0" token="…", invoice="…"</c>.
/// </summary>
internal static class AttributeEntries
{
    /// <summary>
    /// Splits the text between two commas. A blank separates a complete attribute from the name of the next, nothing
    /// else.
    /// </summary>
    public static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var end = EndOfAttribute(text, start); end < text.Length; end = EndOfAttribute(text, start))
        {
            yield return text.Substring(start, end - start).Trim();
            start = end;
        }

        yield return text.Substring(start).Trim();
    }

    private static int EndOfAttribute(string text, int start)
    {
        var position = text.IndexOf('=', start);
        if (position < 0)
        {
            return text.Length;
        }

        position = SkipBlanks(text, position + 1);
        position = position < text.Length && IsQuote(text[position]) ? EndOfQuoted(text, position) : EndOfBare(text, position);
        return position < text.Length && IsBlank(text[position]) && StartsAttribute(text, SkipBlanks(text, position)) ? position : text.Length;
    }

    private static int EndOfQuoted(string text, int opening)
    {
        for (var i = opening + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == text[opening])
            {
                return i + 1;
            }
        }

        return text.Length;
    }

    private static int EndOfBare(string text, int position)
    {
        while (position < text.Length && !IsBlank(text[position]))
        {
            position++;
        }

        return position;
    }

    private static bool StartsAttribute(string text, int position)
    {
        var sign = text.IndexOf('=', position);
        return sign > position && AuthenticationValue.IsToken(text.Substring(position, sign - position).TrimEnd());
    }

    private static int SkipBlanks(string text, int position)
    {
        while (position < text.Length && IsBlank(text[position]))
        {
            position++;
        }

        return position;
    }

    private static bool IsBlank(char character) => character is ' ' or '\t';

    private static bool IsQuote(char character) => character is '"' or '\'';
}
