using System;
using System.Collections.Generic;

namespace LightningOps.Re2.Syntax;

/// <summary>
/// An immutable set of Unicode code points, kept as sorted, disjoint, non-adjacent ranges
/// <c>lo0, hi0, lo1, hi1, …</c> (both ends inclusive).
/// </summary>
internal sealed class CodePointSet : IEquatable<CodePointSet>
{
    /// <summary>The largest code point, U+10FFFF.</summary>
    public const int MaxCodePoint = 0x10FFFF;

    private readonly int[] ranges;
    private readonly int hash;

    private CodePointSet(int[] ranges)
    {
        this.ranges = ranges;
        var hash = 17;
        foreach (var bound in ranges)
        {
            hash = unchecked((hash * 31) + bound);
        }

        this.hash = hash;
    }

    /// <summary>No code point.</summary>
    public static CodePointSet Empty { get; } = new(Array.Empty<int>());

    private static readonly CodePointSet[] Ascii = MakeAscii();

    /// <summary>Every code point, surrogates included, as Go counts runes.</summary>
    public static CodePointSet All { get; } = new(new[] { 0, MaxCodePoint });

    /// <summary>Every code point but line feed: what <c>.</c> matches without the <c>s</c> flag.</summary>
    public static CodePointSet AllButNewline { get; } = new(new[] { 0, '\n' - 1, '\n' + 1, MaxCodePoint });

    /// <summary>
    /// The code points of a request's host and path: all except the controls U+0000–U+001F and U+007F and the
    /// surrogates. Every language is a set of strings over this set, except those of <see cref="PathTexts" />, which
    /// are used for statements about every request.
    /// </summary>
    public static CodePointSet Universe { get; } =
        new(new[] { 0x20, 0x7E, 0x80, 0xD7FF, 0xE000, MaxCodePoint });

    /// <summary>
    /// The code points of a decoded path, including controls, which are sent percent-encoded (<c>%0A</c>). A byte
    /// that is not UTF-8 is matched as U+FFFD.
    /// </summary>
    public static CodePointSet Paths { get; } = new(new[] { 0, 0xD7FF, 0xE000, MaxCodePoint });

    /// <summary>
    /// The code points that Go's server allows in a Host header or in the host of an absolute request target
    /// (httpguts.ValidHostHeader; net/url, encodeHost).
    /// </summary>
    public static CodePointSet Hosts { get; } = FromUnordered(new List<int>
    {
        'a', 'z', 'A', 'Z', '0', '9', '-', '.', '_', '_', '~', '~', '!', '"', '$', '$', '%', '-', ':', '>', '[', '[', ']', ']',
        0x80, 0xD7FF, 0xE000, MaxCodePoint,
    });

    /// <summary>The range bounds <c>lo0, hi0, lo1, hi1, …</c>; not to be changed.</summary>
    public int[] Ranges => ranges;

    /// <summary>True when the set has no code point.</summary>
    public bool IsEmpty => ranges.Length == 0;

    /// <summary>The set of one code point.</summary>
    public static CodePointSet Create(int codePoint) => codePoint is >= 0 and < 0x80 ? Ascii[codePoint] : new(new[] { codePoint, codePoint });

    /// <summary>The set of the given ranges <c>lo0, hi0, lo1, hi1, …</c>, in any order, overlapping or not.</summary>
    public static CodePointSet Create(params int[] ranges) => FromUnordered(new List<int>(ranges));

    /// <summary>The set of the given ranges <c>lo0, hi0, …</c>, in any order, overlapping or not.</summary>
    public static CodePointSet FromUnordered(List<int> ranges)
    {
        if (ranges.Count == 0)
        {
            return Empty;
        }

        if (IsOrdered(ranges))
        {
            return new CodePointSet(ranges.ToArray());
        }

        var count = ranges.Count / 2;
        var lows = new int[count];
        var highs = new int[count];
        for (var i = 0; i < count; i++)
        {
            lows[i] = ranges[2 * i];
            highs[i] = ranges[(2 * i) + 1];
        }

        Array.Sort(lows, highs);
        var merged = new List<int>(ranges.Count) { lows[0], highs[0] };
        for (var i = 1; i < count; i++)
        {
            if (lows[i] <= merged[merged.Count - 1] + 1)
            {
                merged[merged.Count - 1] = Math.Max(merged[merged.Count - 1], highs[i]);
            }
            else
            {
                merged.Add(lows[i]);
                merged.Add(highs[i]);
            }
        }

        return new CodePointSet(merged.ToArray());
    }

    private static bool IsOrdered(List<int> ranges)
    {
        for (var i = 2; i < ranges.Count; i += 2)
        {
            if (ranges[i] <= ranges[i - 1] + 1)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The code points of this set or of <paramref name="other"/>.</summary>
    public CodePointSet Union(CodePointSet other)
    {
        if (other.IsEmpty)
        {
            return this;
        }

        var ranges = new List<int>(this.ranges.Length + other.ranges.Length);
        ranges.AddRange(this.ranges);
        ranges.AddRange(other.ranges);
        return FromUnordered(ranges);
    }

    /// <summary>The code points of both sets.</summary>
    public CodePointSet Intersect(CodePointSet other)
    {
        if (IsWithin(other))
        {
            return this;
        }

        var result = new List<int>();
        int i = 0, j = 0;
        while (i < ranges.Length && j < other.ranges.Length)
        {
            var low = Math.Max(ranges[i], other.ranges[j]);
            var high = Math.Min(ranges[i + 1], other.ranges[j + 1]);
            if (low <= high)
            {
                result.Add(low);
                result.Add(high);
            }

            if (ranges[i + 1] < other.ranges[j + 1])
            {
                i += 2;
            }
            else
            {
                j += 2;
            }
        }

        return result.Count == 0 ? Empty : new CodePointSet(result.ToArray());
    }

    /// <summary>True when both sets have a common code point.</summary>
    public bool Meets(CodePointSet other)
    {
        for (int i = 0, j = 0; i < ranges.Length && j < other.ranges.Length;)
        {
            if (ranges[i] <= other.ranges[j + 1] && other.ranges[j] <= ranges[i + 1])
            {
                return true;
            }

            if (ranges[i + 1] < other.ranges[j + 1])
            {
                i += 2;
            }
            else
            {
                j += 2;
            }
        }

        return false;
    }

    /// <summary>True when every code point of this set is in <paramref name="other"/>.</summary>
    public bool IsWithin(CodePointSet other)
    {
        for (int i = 0, j = 0; i < ranges.Length; i += 2)
        {
            while (j < other.ranges.Length && other.ranges[j + 1] < ranges[i])
            {
                j += 2;
            }

            if (j == other.ranges.Length || ranges[i] < other.ranges[j] || ranges[i + 1] > other.ranges[j + 1])
            {
                return false;
            }
        }

        return true;
    }

    private static CodePointSet[] MakeAscii()
    {
        var sets = new CodePointSet[0x80];
        for (var codePoint = 0; codePoint < sets.Length; codePoint++)
        {
            sets[codePoint] = new CodePointSet(new[] { codePoint, codePoint });
        }

        return sets;
    }

    /// <summary>Every code point that is not in this set.</summary>
    public CodePointSet Complement()
    {
        var result = new List<int>(ranges.Length + 2);
        var next = 0;
        for (var i = 0; i < ranges.Length; i += 2)
        {
            if (next < ranges[i])
            {
                result.Add(next);
                result.Add(ranges[i] - 1);
            }

            next = ranges[i + 1] + 1;
        }

        if (next <= MaxCodePoint)
        {
            result.Add(next);
            result.Add(MaxCodePoint);
        }

        return result.Count == 0 ? Empty : new CodePointSet(result.ToArray());
    }

    /// <summary>True when <paramref name="codePoint"/> is in the set.</summary>
    public bool Contains(int codePoint)
    {
        int low = 0, high = (ranges.Length / 2) - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (codePoint < ranges[2 * middle])
            {
                high = middle - 1;
            }
            else if (codePoint > ranges[(2 * middle) + 1])
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when the set is exactly one code point.</summary>
    public bool TryGetSingle(out int codePoint)
    {
        codePoint = ranges.Length == 2 ? ranges[0] : -1;
        return ranges.Length == 2 && ranges[0] == ranges[1];
    }

    /// <inheritdoc/>
    public bool Equals(CodePointSet? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || other.hash != hash || other.ranges.Length != ranges.Length)
        {
            return false;
        }

        for (var i = 0; i < ranges.Length; i++)
        {
            if (ranges[i] != other.ranges[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CodePointSet);

    /// <inheritdoc/>
    public override int GetHashCode() => hash;
}
