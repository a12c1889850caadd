using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace LightningOps.Re2.Syntax;

/// <summary>
/// A set of code points as an expression of .NET, which reads UTF-16 units: code points of one unit as a class, those
/// of two as pairs of classes of leading and trailing units, one pair for all leading units with the same trailing
/// ones. Lone surrogates, which do not occur in well-formed text, are left out.
/// </summary>
internal sealed class Utf16Class
{
    private const string Nothing = @"[^\0-\uFFFF]";
    private const int FirstPair = 0x10000;
    private const int FirstSurrogate = 0xD800;
    private const int LastSurrogate = 0xDFFF;
    private const int FirstTrail = 0xDC00;
    private const int LastTrail = 0xDFFF;
    private readonly StringBuilder units = new();
    private readonly SortedDictionary<int, StringBuilder> trailsByLead = new();

    private Utf16Class()
    {
    }

    /// <summary>The set as an expression for one of its code points.</summary>
    public static string Format(CodePointSet set)
    {
        var made = new Utf16Class();
        for (var i = 0; i < set.Ranges.Length; i += 2)
        {
            made.Add(set.Ranges[i], set.Ranges[i + 1]);
        }

        return made.Text();
    }

    private void Add(int low, int high)
    {
        AddRange(units, low, Math.Min(high, FirstSurrogate - 1));
        AddRange(units, Math.Max(low, LastSurrogate + 1), Math.Min(high, FirstPair - 1));
        low = Math.Max(low, FirstPair);
        for (var lead = GetLeadSurrogate(low); low <= high && lead <= GetLeadSurrogate(high); lead++)
        {
            if (!trailsByLead.TryGetValue(lead, out var trails))
            {
                trailsByLead[lead] = trails = new StringBuilder();
            }

            AddRange(trails, lead == GetLeadSurrogate(low) ? GetTrailSurrogate(low) : FirstTrail, lead == GetLeadSurrogate(high) ? GetTrailSurrogate(high) : LastTrail);
        }
    }

    private string Text()
    {
        var pairs = trailsByLead.GroupBy(static pair => pair.Value.ToString(), static pair => pair.Key, StringComparer.Ordinal).Select(static group => "[" + Ranges(group) + "][" + group.Key + "]");
        var choices = (units.Length == 0 ? Enumerable.Empty<string>() : new[] { "[" + units + "]" }).Concat(pairs).ToArray();
        return choices.Length switch
        {
            0 => Nothing,
            1 when trailsByLead.Count == 0 => choices[0],
            _ => "(?:" + string.Join("|", choices) + ")",
        };
    }

    /// <summary>Ascending units as ranges.</summary>
    private static string Ranges(IEnumerable<int> ascending)
    {
        var ranges = new StringBuilder();
        var (low, high) = (0, -1);
        foreach (var unit in ascending)
        {
            if (unit != high + 1 || high < 0)
            {
                AddRange(ranges, low, high);
                low = unit;
            }

            high = unit;
        }

        AddRange(ranges, low, high);
        return ranges.ToString();
    }

    private static void AddRange(StringBuilder into, int low, int high)
    {
        if (low <= high)
        {
            into.Append(Unit(low)).Append(high > low ? "-" + Unit(high) : string.Empty);
        }
    }

    private static string Unit(int unit) => unit is (>= '0' and <= '9') or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or '/' or '_' or '.'
        ? ((char)unit).ToString()
        : "\\u" + unit.ToString("X4", CultureInfo.InvariantCulture);

    private static int GetLeadSurrogate(int codePoint) => FirstSurrogate + ((codePoint - FirstPair) >> 10);

    private static int GetTrailSurrogate(int codePoint) => FirstTrail + ((codePoint - FirstPair) & 0x3FF);
}
