using System;
using System.Globalization;

namespace LightningOps.ApertureYaml.Check;

/// <summary>Durations in Go's syntax: <c>1h30m</c>, <c>1.5s</c>, <c>-20ms</c>, <c>0</c>.</summary>
internal static class GoDuration
{
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

        decimal total = 0;
        for (var i = start; i < text.Length;)
        {
            if (!TryNumber(text, ref i, out var number) || !TryUnit(text, ref i, out var unit) || number > long.MaxValue / unit + 1m)
            {
                return false;
            }

            total += decimal.Truncate(number * unit);
        }

        if (total > (isNegative ? -(decimal)long.MinValue : long.MaxValue))
        {
            return false;
        }

        nanoseconds = (long)(isNegative ? -total : total);
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

    private static bool TryNumber(string text, ref int index, out decimal number)
    {
        number = 0;
        decimal scale = 1;
        var digits = 0;
        var seenPoint = false;
        for (; index < text.Length && (text[index] is >= '0' and <= '9' || text[index] == '.' && !seenPoint); index++)
        {
            if (text[index] == '.')
            {
                seenPoint = true;
                continue;
            }

            digits++;
            if (!seenPoint)
            {
                number = (number * 10) + (text[index] - '0');
                if (number > long.MaxValue)
                {
                    return false;
                }
            }
            else if (scale > 0.000000000000000001m)
            {
                scale /= 10;
                number += scale * (text[index] - '0');
            }
        }

        return digits > 0;
    }

    private static bool TryUnit(string text, ref int index, out decimal unit)
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
