using System.Globalization;

namespace LightningOps.PowerShell.Display;

/// <summary>Columns of a terminal that a text takes: East Asian letters and most symbols take two, marks none (Unicode TR 11).</summary>
internal static class TerminalCells
{
    private const string Ellipsis = "…";

    /// <summary>The text in fewer columns than a terminal has; what is left out is marked. A width that is not certain counts as two.</summary>
    /// <param name="text">One line.</param>
    /// <param name="width">Columns of the terminal.</param>
    public static string Cut(string text, int width)
    {
        var columns = 0;
        var fits = 0;
        for (var i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
        {
            columns += GetColumns(text, i);
            if (columns >= width)
            {
                return text.Substring(0, fits) + Ellipsis;
            }

            if (columns < width - 1)
            {
                fits = i + (char.IsSurrogatePair(text, i) ? 2 : 1);
            }
        }

        return text;
    }

    private static int GetColumns(string text, int place)
    {
        var letter = char.IsSurrogatePair(text, place) ? char.ConvertToUtf32(text, place) : text[place];
        return CharUnicodeInfo.GetUnicodeCategory(text, place) switch
        {
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
            UnicodeCategory.OtherSymbol => letter is < 0x2300 or (>= 0x2500 and < 0x25a0) ? 1 : 2,
            _ => letter is (>= 0x1100 and < 0x1160) or (>= 0x2e80 and < 0xa4d0) or (>= 0xac00 and < 0xd7b0) or (>= 0xf900 and < 0xfb00) or (>= 0xfe30 and < 0xfe70) or (>= 0xff00 and < 0xff61) or (>= 0xffe0 and < 0xffe7) or >= 0x10000 ? 2 : 1,
        };
    }
}
