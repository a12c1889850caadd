using System;

namespace LightningOps.Re2;

/// <summary>
/// Preference of code points for a witness: a–z, then digits, then A–Z, then other printable ASCII, then the rest
/// from U+00A1 on, then invisible ones.
/// </summary>
internal static class Readability
{
    private static readonly int[] Preferred = { 'a', 'z', '0', '9', 'A', 'Z', '!', '~', 0xA1, 0x10FFFF, 0x20, 0x20 };

    /// <summary>The most readable code point of a range.</summary>
    public static int BestIn(int low, int high)
    {
        for (var i = 0; i < Preferred.Length; i += 2)
        {
            var first = Math.Max(low, Preferred[i]);
            if (first <= Math.Min(high, Preferred[i + 1]))
            {
                return first;
            }
        }

        return low;
    }

    /// <summary>True when <paramref name="codePoint"/> is the more readable one.</summary>
    public static bool IsBetter(int codePoint, int other) => Rank(codePoint) < Rank(other);

    /// <summary>A unique number that is smaller the more readable the code point is.</summary>
    public static long Rank(int codePoint)
    {
        for (var i = 0; i < Preferred.Length; i += 2)
        {
            if (codePoint >= Preferred[i] && codePoint <= Preferred[i + 1])
            {
                return ((long)i << 32) + codePoint;
            }
        }

        return ((long)Preferred.Length << 32) + codePoint;
    }
}
