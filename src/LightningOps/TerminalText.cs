using System.Globalization;
using System.Linq;
using System.Text;

namespace LightningOps;

/// <summary>
/// Text for people that contains external input: names, ids, reasons, answers of servers. Control characters and
/// bidirectional marks, invisible format characters and lone surrogates are escaped, as <c>\u001b</c>.
/// </summary>
public static class TerminalText
{
    /// <summary>The text without control characters (except line feed and tab), C1 and bidirectional marks, format characters and lone surrogates.</summary>
    /// <param name="text">The text.</param>
    public static string Clean(string text)
    {
        if (!text.Any(static letter => char.IsSurrogate(letter) || IsUnsafe(letter)))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) && CharUnicodeInfo.GetUnicodeCategory(text, i) != UnicodeCategory.Format)
            {
                clean.Append(text[i]).Append(text[++i]);
                continue;
            }

            var isLineEnd = text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n';
            if (IsUnsafe(text[i]) && !isLineEnd)
            {
                clean.Append("\\u").Append(((int)text[i]).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                clean.Append(text[i]);
            }
        }

        return clean.ToString();
    }

    private static bool IsUnsafe(char letter) => letter switch
    {
        '\n' or '\t' => false,
        < ' ' or (>= '\u007f' and <= '\u009f') => true,
        < '\u00ad' => false,
        '\ufffe' or '\uffff' => true,
        _ => CharUnicodeInfo.GetUnicodeCategory(letter) is UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator,
    };
}
