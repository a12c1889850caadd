using System.Collections.Generic;

namespace LightningOps.Compile;

/// <summary>
/// The older service's string order: the ICU root locale's for ASCII, the same on every machine
/// (docs/reference/compile.md#collation). Punctuation, then digits, then letters regardless of case. Otherwise equal
/// strings put lower case before upper at the first difference. Other characters follow by code point.
/// </summary>
internal sealed class Collation : IComparer<string>
{
    private const string Order = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789";
    private const int FirstLetter = 128;
    private static readonly ushort[] Weights = MakeWeights();

    private Collation()
    {
    }

    public static Collation Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        x ??= string.Empty;
        y ??= string.Empty;
        var common = x.Length < y.Length ? x.Length : y.Length;
        var caseOrder = 0;
        for (var i = 0; i < common; i++)
        {
            var a = x[i];
            var b = y[i];
            if (a == b)
            {
                continue;
            }

            var difference = WeightAt(x, i) - WeightAt(y, i);
            if (difference != 0)
            {
                return difference;
            }

            if (caseOrder == 0)
            {
                // Same letter, other case: ASCII puts lower case after upper, the collation before.
                caseOrder = b - a;
            }
        }

        return x.Length != y.Length ? x.Length - y.Length : caseOrder;
    }

    private static int WeightAt(string text, int index)
    {
        var c = text[index];
        if (c < Weights.Length)
        {
            return Weights[c];
        }

        if (char.IsHighSurrogate(c) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        {
            return ushort.MaxValue + char.ConvertToUtf32(c, text[index + 1]);
        }

        // The low surrogate is compared by its code unit, because the high surrogates were equal.
        return ushort.MaxValue + c;
    }

    private static ushort[] MakeWeights()
    {
        var weights = new ushort[128];
        for (var control = 0; control < ' '; control++)
        {
            weights[control] = (ushort)control;
        }

        for (var i = 0; i < Order.Length; i++)
        {
            weights[Order[i]] = (ushort)(' ' + i);
        }

        for (var letter = 0; letter < 26; letter++)
        {
            weights['a' + letter] = weights['A' + letter] = (ushort)(FirstLetter + letter);
        }

        weights[127] = FirstLetter + 26;
        return weights;
    }
}
