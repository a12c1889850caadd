using System.Text;

namespace LightningOps.Gateway.Loopback.Matching;

/// <summary>Reads UTF-8 as Go does: a byte that begins no well-formed code point is U+FFFD by itself (unicode/utf8, DecodeRune).</summary>
internal static class GoUtf8
{
    private const char Replacement = '\ufffd';

    public static string Decode(byte[] bytes)
    {
        var text = new StringBuilder(bytes.Length);
        for (var i = 0; i < bytes.Length;)
        {
            var length = LengthAt(bytes, i, out var codePoint);
            if (length == 0)
            {
                text.Append(Replacement);
                i++;
                continue;
            }

            text.Append(codePoint < 0x10000 ? ((char)codePoint).ToString() : char.ConvertFromUtf32(codePoint));
            i += length;
        }

        return text.ToString();
    }

    /// <summary>Length of the code point in bytes; 0 when it is not well-formed.</summary>
    private static int LengthAt(byte[] bytes, int at, out int codePoint)
    {
        var first = bytes[at];
        codePoint = first;
        if (first < 0x80)
        {
            return 1;
        }

        var (length, least) = first switch
        {
            >= 0xC2 and <= 0xDF => (2, 0x80),
            >= 0xE0 and <= 0xEF => (3, 0x800),
            >= 0xF0 and <= 0xF4 => (4, 0x10000),
            _ => (0, 0),
        };
        if (length == 0 || at + length > bytes.Length)
        {
            return 0;
        }

        codePoint = first & (0x7F >> length);
        for (var i = 1; i < length; i++)
        {
            if ((bytes[at + i] & 0xC0) != 0x80)
            {
                return 0;
            }

            codePoint = (codePoint << 6) | (bytes[at + i] & 0x3F);
        }

        return codePoint < least || codePoint is > 0x10FFFF or (>= 0xD800 and <= 0xDFFF) ? 0 : length;
    }
}
