using System;
using System.Globalization;

namespace LightningOps.ApertureYaml.Check;

/// <summary>Durations in Go's syntax: <c>1h30m</c>, <c>1.5s</c>, <c>-20ms</c>, <c>0</c>.</summary>
internal static class GoDuration
{
    private const ulong MaxMagnitude = 1UL << 63;

    private static readonly (string Unit, long Length)[] Units =
    {
        ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000),
    };

    /// <summary>Reads a duration as nanoseconds; false when Go's ParseDuration refuses it.</summary>
    public static bool TryParse(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        var start = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        var isNegative = start == 1 && text[0] == '-';
        if (text.Length == start)
        {
            return false;
        }

        if (text.Length == start + 1 && text[start] == '0')
        {
            return true;
        }

        // As time.ParseDuration: whole units in 64 bits, a fraction as a double, the sum at most 1<<63.
        ulong total = 0;
        for (var i = start; i < text.Length;)
        {
            if (!TryNumber(text, ref i, out var whole, out var fraction, out var scale) || !TryUnit(text, ref i, out var unit) || whole > MaxMagnitude / unit)
            {
                return false;
            }

            var length = whole * unit;
            if (fraction > 0)
            {
                length += (ulong)(fraction * (unit / scale));
            }

            if (length > MaxMagnitude || total + length > MaxMagnitude)
            {
                return false;
            }

            total += length;
        }

        if (total == MaxMagnitude && !isNegative)
        {
            return false;
        }

        nanoseconds = isNegative ? unchecked(-(long)total) : (long)total;
        return true;
    }

    /// <summary>A duration as a whole number of the largest unit that holds it: <c>24h</c>, <c>90s</c>.</summary>
    public static string Format(long nanoseconds)
    {
        foreach (var (unit, length) in Units)
        {
            if (nanoseconds % length == 0)
            {
                return (nanoseconds / length).ToString(CultureInfo.InvariantCulture) + unit;
            }
        }

        return nanoseconds.ToString(CultureInfo.InvariantCulture) + "ns";
    }

    private static bool TryNumber(string text, ref int index, out ulong whole, out ulong fraction, out double scale)
    {
        whole = 0;
        fraction = 0;
        scale = 1;
        var start = index;
        for (; index < text.Length && text[index] is >= '0' and <= '9'; index++)
        {
            if (whole > MaxMagnitude / 10)
            {
                return false;
            }

            whole = (whole * 10) + (ulong)(text[index] - '0');
            if (whole > MaxMagnitude)
            {
                return false;
            }
        }

        var digits = index - start;
        if (index == text.Length || text[index] != '.')
        {
            return digits > 0;
        }

        // Digits beyond 63 bits are left out.
        start = ++index;
        for (var isFull = false; index < text.Length && text[index] is >= '0' and <= '9'; index++)
        {
            var next = fraction > (MaxMagnitude - 1) / 10 ? ulong.MaxValue : (fraction * 10) + (ulong)(text[index] - '0');
            isFull |= next > MaxMagnitude;
            if (!isFull)
            {
                fraction = next;
                scale *= 10;
            }
        }

        return digits > 0 || index > start;
    }

    private static bool TryUnit(string text, ref int index, out ulong unit)
    {
        var start = index;
        while (index < text.Length && text[index] != '.' && text[index] is not (>= '0' and <= '9'))
        {
            index++;
        }

        unit = text.Substring(start, index - start) switch
        {
            "ns" => 1,
            "us" or "\u00b5s" or "\u03bcs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => 0,
        };
        return unit > 0;
    }
}
