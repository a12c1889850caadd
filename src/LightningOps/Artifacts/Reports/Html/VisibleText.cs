using System.Globalization;
using System.Text;

namespace LightningOps.Artifacts.Reports.Html;

/// <summary>
/// Text without invisible characters. Control characters and characters that change the writing direction are shown
/// as codes, because a report may quote a stranger's text.
/// </summary>
internal static class VisibleText
{
    public static string From(string text)
    {
        var visible = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (char.IsHighSurrogate(letter) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                visible.Append(letter).Append(text[++i]);
            }
            else if (letter is '\n' or '\t' || !IsHidden(letter))
            {
                visible.Append(letter);
            }
            else
            {
                visible.Append("\\u").Append(((int)letter).ToString("x4", CultureInfo.InvariantCulture));
            }
        }

        return visible.ToString();
    }

    private static bool IsHidden(char letter) =>
        CharUnicodeInfo.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || letter is '\ufffe' or '\uffff';
}
