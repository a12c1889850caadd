using System;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace LightningOps.L402;

/// <summary>Bytes as lower-case hexadecimal digits, and back from either case.</summary>
internal static class HexText
{
    private const string Digits = "0123456789abcdef";

    /// <summary>Two digits per byte.</summary>
    public static string From(ReadOnlySpan<byte> bytes)
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
            var high = GetValue(text[2 * i]);
            var low = GetValue(text[(2 * i) + 1]);
            if ((high | low) < 0)
            {
                return null;
            }

            bytes[i] = (byte)((high << 4) | low);
        }

        return bytes;
    }

    private static int GetValue(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => -1,
    };
}

/// <summary>Comparison of secrets in constant time, which does not reveal where they differ.</summary>
internal static class ConstantTime
{
    /// <summary>Whether both contain the same bytes; the time depends only on their lengths.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        var difference = 0;
        for (var i = 0; i < left.Length; i++)
        {
            difference |= left[i] ^ right[i];
        }

        return difference == 0;
    }
}

/// <summary>Untrusted text made safe for a screen: nothing in it moves the cursor or changes the reading direction.</summary>
internal static class PlainText
{
    /// <summary>The text with a space for every control, format and unpaired surrogate character, trimmed.</summary>
    public static string From(string text) => Untrimmed(text).Trim();

    /// <summary>The same with its leading and trailing blanks, which are significant there.</summary>
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

    // The category of a pair is that of its character; an unpaired surrogate has its own category.
    private static bool IsUnfit(string text, int position) => CharUnicodeInfo.GetUnicodeCategory(text, position) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
