using System.Globalization;

namespace LightningOps.Re2.Syntax;

/// <summary>Reads the counts of a repeat. Go: parseRepeat.</summary>
internal static class Re2RepeatCounts
{
    /// <summary>Maximum count of one repeat, or product of nested ones.</summary>
    public const int Max = 1000;

    /// <summary>
    /// Reads <c>{n}</c>, <c>{n,}</c> (max -1) or <c>{n,m}</c> at the cursor; false for anything else, so that the
    /// brace is literal. Numbers may exceed <see cref="Max" />.
    /// </summary>
    public static bool TryRead(Re2Cursor cursor, out int min, out int max)
    {
        cursor.Position++;
        max = -1;
        if (!TryReadNumber(cursor, out min))
        {
            return false;
        }

        if (cursor.IsAt(','))
        {
            cursor.Position++;
            if (!cursor.IsAt('}') && !TryReadNumber(cursor, out max))
            {
                return false;
            }
        }
        else
        {
            max = min;
        }

        if (!cursor.IsAt('}'))
        {
            return false;
        }

        cursor.Position++;
        return true;
    }

    // Reads a decimal number without leading zeros; one that is too large reads as a number over the limit.
    private static bool TryReadNumber(Re2Cursor cursor, out int number)
    {
        var start = cursor.Position;
        while (cursor.Peek() is >= '0' and <= '9')
        {
            cursor.Position++;
        }

        number = Max + 1;
        var length = cursor.Position - start;
        if (length == 0 || (length > 1 && cursor.Text[start] == '0'))
        {
            return false;
        }

        if (length < 9)
        {
            number = int.Parse(cursor.Text.Substring(start, length), NumberStyles.None, CultureInfo.InvariantCulture);
        }

        return true;
    }
}
