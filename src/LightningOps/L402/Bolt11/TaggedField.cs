using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.L402.Bolt11;

/// <summary>The tags of BOLT 11 as five-bit words.</summary>
internal static class TaggedField
{
    /// <summary>p.</summary>
    public const byte PaymentHash = 1;

    /// <summary>r.</summary>
    public const byte Route = 3;

    /// <summary>9.</summary>
    public const byte Features = 5;

    /// <summary>x.</summary>
    public const byte Expiry = 6;

    /// <summary>f.</summary>
    public const byte Fallback = 9;

    /// <summary>d.</summary>
    public const byte Description = 13;

    /// <summary>s.</summary>
    public const byte PaymentSecret = 16;

    /// <summary>n.</summary>
    public const byte Payee = 19;

    /// <summary>h.</summary>
    public const byte DescriptionHash = 23;

    /// <summary>c.</summary>
    public const byte MinFinalCltvExpiryDelta = 24;

    /// <summary>m.</summary>
    public const byte Metadata = 27;

    /// <summary>5, a blinded path; not in BOLT 11 yet (LND, zpay32).</summary>
    public const byte BlindedPath = 20;

    /// <summary>Words of a 32-byte value.</summary>
    public const int HashLength = 52;

    /// <summary>Words of a 33-byte value.</summary>
    public const int KeyLength = 53;
}

/// <summary>The feature bits of an invoice (BOLT 9, context 9): bit 0 is the last, and an even bit must be understood.</summary>
internal static class FeatureBits
{
    // BOLT 9 and LND's lnwire/features.go: features that a node may require of a payer, and features it may announce in an
    // invoice.
    private static readonly int[] UnderstoodWhenRequired =
    {
        0, 4, 6, 8, 12, 14, 16, 18, 20, 22, 24, 26, 30, 34, 38, 44, 46, 48, 50, 54, 60, 80, 160, 180, 200, 260, 262, 2022, 2026,
    };

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

    /// <summary>The shortest words of these bits.</summary>
    public static byte[] Write(IReadOnlyCollection<int> bits)
    {
        var words = new byte[bits.Count == 0 ? 0 : (bits.Max() / 5) + 1];
        foreach (var bit in bits)
        {
            words[words.Length - 1 - (bit / 5)] |= (byte)(1 << (bit % 5));
        }

        return words;
    }

    /// <summary>The first required bit that is not understood.</summary>
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
