using System;
using System.Text;

namespace LightningOps.L402;

/// <summary>Bytes as lower-case hexadecimal digits, and back from either case.</summary>
internal static class HexText
{
    private const string Digits = "0123456789abcdef";

    /// <summary>Two digits a byte.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length * 2);
        foreach (var value in bytes)
        {
            text.Append(Digits[value >> 4]).Append(Digits[value & 0xF]);
        }

        return text.ToString();
    }

    /// <summary>The bytes, or null when the text is not an even number of digits.</summary>
    public static byte[]? Decode(string text)
    {
        if (text.Length % 2 != 0)
        {
            return null;
        }

        var bytes = new byte[text.Length / 2];
        for (var i = 0; i < bytes.Length; i++)
        {
            var high = ValueOf(text[2 * i]);
            var low = ValueOf(text[(2 * i) + 1]);
            if ((high | low) < 0)
            {
                return null;
            }

            bytes[i] = (byte)((high << 4) | low);
        }

        return bytes;
    }

    private static int ValueOf(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => -1,
    };
}
