using System;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>A set of ASCII characters. The last one, DEL, occurs in no text and stands for all characters outside ASCII.</summary>
internal readonly record struct AsciiSet(ulong Low, ulong High)
{
    /// <summary>Number of symbols.</summary>
    public const int Symbols = 128;

    private const int Half = 64;
    private const int Other = Symbols - 1;

    /// <summary>Every character.</summary>
    public static AsciiSet All { get; } = new(ulong.MaxValue, ulong.MaxValue);

    /// <summary>Whether the set has no character.</summary>
    public bool IsEmpty => (Low | High) == 0;

    /// <summary>The set of one symbol, 0 to 127.</summary>
    public static AsciiSet Create(int symbol) => symbol < Half ? new(1UL << symbol, 0) : new(0, 1UL << (symbol - Half));

    /// <summary>The symbol of a UTF-16 character.</summary>
    public static AsciiSet CreateFrom(char c) => Create(Math.Min((int)c, Other));

    /// <summary>The symbols of code points.</summary>
    public static AsciiSet From(CodePointSet set)
    {
        var (low, high) = (0UL, 0UL);
        var ranges = set.Ranges;
        for (var i = 0; i < ranges.Length; i += 2)
        {
            if (ranges[i] > Other)
            {
                high |= 1UL << (Other - Half);
                break;
            }

            var (first, last) = (ranges[i], Math.Min(ranges[i + 1], Other - 1));
            low |= GetBits(first, Math.Min(last, Half - 1));
            high |= GetBits(Math.Max(first - Half, 0), last - Half);
            high |= ranges[i + 1] > Other ? 1UL << (Other - Half) : 0;
        }

        return new AsciiSet(low, high);
    }

    /// <summary>Whether both have a common symbol.</summary>
    public bool Meets(AsciiSet other) => ((Low & other.Low) | (High & other.High)) != 0;

    /// <summary>Whether a UTF-16 character may be in the set.</summary>
    public bool MayContain(char c) => Contains(Math.Min((int)c, Other));

    /// <summary>Whether the symbol is in the set.</summary>
    public bool Contains(int symbol) => ((symbol < Half ? Low >> symbol : High >> (symbol - Half)) & 1) != 0;

    /// <summary>The symbols of either set.</summary>
    public AsciiSet Union(AsciiSet other) => new(Low | other.Low, High | other.High);

    /// <summary>The symbols of both sets.</summary>
    public AsciiSet Intersect(AsciiSet other) => new(Low & other.Low, High & other.High);

    /// <summary>The symbols of this set that are not in <paramref name="other"/>.</summary>
    public AsciiSet Except(AsciiSet other) => new(Low & ~other.Low, High & ~other.High);

    /// <summary>The lowest symbol of a set that is not empty.</summary>
    public int Lowest => Low != 0 ? IndexOfLowest(Low) : Half + IndexOfLowest(High);

    // The bits of a range; none where it is empty.
    private static ulong GetBits(int first, int last) => first > last ? 0 : (ulong.MaxValue << first) & (ulong.MaxValue >> (Half - 1 - last));

    private static int IndexOfLowest(ulong bits)
    {
        var index = 0;
        for (var width = 32; width > 0; width /= 2)
        {
            if ((bits & ((1UL << width) - 1)) == 0)
            {
                bits >>= width;
                index += width;
            }
        }

        return index;
    }
}
