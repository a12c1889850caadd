using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.L402.Bolt11;

/// <summary>The feature bits of an invoice (BOLT 9, context 9): bit 0 is the last, and an even bit must be understood.</summary>
internal static class FeatureBits
{
    // var_onion_optin, payment_secret, basic_mpp, option_route_blinding, option_payment_metadata.
    private static readonly int[] UnderstoodWhenRequired = { 8, 14, 16, 24, 48 };

    /// <summary>The numbers of the bits that are set, ascending.</summary>
    public static IReadOnlyList<int> Read(ReadOnlySpan<byte> words)
    {
        var bits = new List<int>();
        for (var bit = 0; bit < words.Length * 5; bit++)
        {
            if (((words[words.Length - 1 - (bit / 5)] >> (bit % 5)) & 1) == 1)
            {
                bits.Add(bit);
            }
        }

        return bits;
    }

    /// <summary>The words of these bits, as few as can be.</summary>
    public static byte[] Write(IReadOnlyCollection<int> bits)
    {
        var words = new byte[bits.Count == 0 ? 0 : (bits.Max() / 5) + 1];
        foreach (var bit in bits)
        {
            words[words.Length - 1 - (bit / 5)] |= (byte)(1 << (bit % 5));
        }

        return words;
    }

    /// <summary>The first bit that is required and not understood.</summary>
    public static int? FirstUnknownRequired(IEnumerable<int> bits)
    {
        foreach (var bit in bits)
        {
            if (bit % 2 == 0 && Array.IndexOf(UnderstoodWhenRequired, bit) < 0)
            {
                return bit;
            }
        }

        return null;
    }
}
