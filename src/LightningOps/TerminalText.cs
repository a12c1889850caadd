using System.Globalization;
using System.Linq;
using System.Text;

namespace LightningOps;

/// <summary>
/// Text for people that contains external input: names, ids, reasons, answers of servers. Control characters and
/// bidirectional marks are escaped, as <c>\u001b</c>.
/// </summary>
public static class TerminalText
{
    /// <summary>The text without control characters (line feed and tab apart), without C1 and without marks of writing direction.</summary>
    /// <param name="text">The text.</param>
    public static string Clean(string text)
    {
        if (!text.Any(IsUnsafe))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
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
        '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') => true,
        '\u2028' or '\u2029' or '\ufeff' => true,
        _ => false,
    };
}
