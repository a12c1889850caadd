using System.Globalization;
using System.Text;

namespace LightningOps.L402;

/// <summary>Text of a stranger, fit for a screen: nothing in it moves the cursor or turns the reading direction.</summary>
internal static class PlainText
{
    /// <summary>The text with a space for every control, format and unpaired surrogate character, trimmed.</summary>
    public static string Of(string text) => Untrimmed(text).Trim();

    /// <summary>The same with its leading and trailing blanks, where they count.</summary>
    public static string Untrimmed(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            if (IsUnfit(text, i))
            {
                plain.Append(' ');
            }
            else
            {
                plain.Append(text, i, isPair ? 2 : 1);
            }

            i += isPair ? 1 : 0;
        }

        return plain.ToString();
    }

    // The category of a pair is that of the character it encodes; a surrogate without its other half has a category of its own.
    private static bool IsUnfit(string text, int position) => CharUnicodeInfo.GetUnicodeCategory(text, position) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
