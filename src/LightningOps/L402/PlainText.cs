using System.Globalization;
using System.Text;

namespace LightningOps.L402;

/// <summary>Text of a stranger, fit for a screen: nothing in it moves the cursor or turns the reading direction.</summary>
internal static class PlainText
{
    /// <summary>The text with a space for every control and format character and every surrogate.</summary>
    public static string Of(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var sign in text)
        {
            var isUnfit = char.IsControl(sign) || char.IsSurrogate(sign)
                || CharUnicodeInfo.GetUnicodeCategory(sign) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            plain.Append(isUnfit ? ' ' : sign);
        }

        return plain.ToString().Trim();
    }
}
