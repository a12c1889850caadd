using System;
using System.Collections.Generic;

namespace LightningOps.L402.Bolt11;

/// <summary>Converts five-bit words to numbers and bytes, big-endian, and back.</summary>
internal static class FiveBitWords
{
    private const int MaxNumberLength = 12;

    /// <summary>The number of the words; <see cref="long.MaxValue" /> when it is 2^60 or more.</summary>
    public static long ToNumber(ReadOnlySpan<byte> words)
    {
        while (words.Length > 0 && words[0] == 0)
        {
            words = words.Slice(1);
        }

        if (words.Length > MaxNumberLength)
        {
            return long.MaxValue;
        }

        long number = 0;
        foreach (var word in words)
        {
            number = (number << 5) | word;
        }

        return number;
    }

    /// <summary>The whole bytes in the words; the remaining bits are padding.</summary>
    public static byte[] ToBytes(ReadOnlySpan<byte> words)
    {
        var bytes = new byte[words.Length * 5 / 8];
        var bits = 0;
        var held = 0;
        var next = 0;
        foreach (var word in words)
        {
            held = ((held << 5) | word) & 0xFFF;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[next++] = (byte)(held >> bits);
            }
        }

        return bytes;
    }

    /// <summary>Whether the remaining bits are fewer than a word, and zero (BIP 173).</summary>
    public static bool IsPadded(ReadOnlySpan<byte> words)
    {
        var left = words.Length * 5 % 8;
        return left < 5 && (left == 0 || (words[words.Length - 1] & ((1 << left) - 1)) == 0);
    }

    /// <summary>The fewest words for a number.</summary>
    public static byte[] FromNumber(long number)
    {
        var words = new List<byte>();
        for (; number > 0; number >>= 5)
        {
            words.Insert(0, (byte)(number & 31));
        }

        return words.ToArray();
    }

    /// <summary>A fixed number of words for a number.</summary>
    public static byte[] FromNumber(long number, int length)
    {
        var words = new byte[length];
        for (var i = length - 1; i >= 0; i--, number >>= 5)
        {
            words[i] = (byte)(number & 31);
        }

        return words;
    }

    /// <summary>The words of bytes, padded with zero bits.</summary>
    public static byte[] FromBytes(ReadOnlySpan<byte> bytes)
    {
        var words = new byte[((bytes.Length * 8) + 4) / 5];
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var value = (bytes[bit / 8] >> (7 - (bit % 8))) & 1;
            words[bit / 5] |= (byte)(value << (4 - (bit % 5)));
        }

        return words;
    }
}
