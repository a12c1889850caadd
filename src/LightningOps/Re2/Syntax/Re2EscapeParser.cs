namespace LightningOps.Re2.Syntax;

/// <summary>Parses escapes of one code point: Go regexp/syntax parseEscape.</summary>
internal sealed class Re2EscapeParser(Re2Cursor cursor)
{
    /// <summary>Parses an escape of one code point at the cursor, which is at a backslash; false with an error.</summary>
    public bool TryParse(out int codePoint)
    {
        var start = cursor.Position++;
        codePoint = 0;
        if (cursor.AtEnd)
        {
            return cursor.Fail("trailing backslash at end of expression", start, string.Empty);
        }

        var c = cursor.Read();
        switch (c)
        {
            case >= '1' and <= '7' when !IsOctal(cursor.Peek()):
                break;
            case >= '0' and <= '7':
                codePoint = c - '0';
                for (var i = 1; i < 3 && IsOctal(cursor.Peek()); i++)
                {
                    codePoint = (codePoint * 8) + cursor.Read() - '0';
                }

                return true;
            case 'x' when TryParseHex(out codePoint):
                return true;
            case 'a' or 'f' or 'n' or 'r' or 't' or 'v':
                codePoint = c switch { 'a' => 7, 'f' => 12, 'n' => 10, 'r' => 13, 't' => 9, _ => 11 };
                return true;
            case >= 0 and < 0x80 when !IsAlphanumeric(c):
                codePoint = c;
                return true;
        }

        return cursor.Fail("invalid escape sequence", start, cursor.Position);
    }

    /// <summary>True for ASCII letters and digits.</summary>
    public static bool IsAlphanumeric(int c) => c is (>= '0' and <= '9') or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z');

    private static bool IsOctal(char c) => c is >= '0' and <= '7';

    private static int HexValue(int c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => -1,
    };

    private bool TryParseHex(out int codePoint)
    {
        codePoint = 0;
        var c = cursor.Read();
        if (c != '{')
        {
            // Go reads the second character before it checks the first.
            var low = c == Re2Cursor.None ? Re2Cursor.None : cursor.Read();
            codePoint = (HexValue(c) * 16) + HexValue(low);
            return HexValue(c) >= 0 && HexValue(low) >= 0;
        }

        for (var digits = 0; ; digits++)
        {
            c = cursor.Read();
            if (c == '}')
            {
                return digits > 0;
            }

            codePoint = (codePoint * 16) + HexValue(c);
            if (HexValue(c) < 0 || codePoint > CodePointSet.MaxCodePoint)
            {
                return false;
            }
        }
    }
}
