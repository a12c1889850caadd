using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// Host labels in ASCII as clients send them (RFC 3492; RFC 5891, A-label). The platform's IdnMapping is not used,
/// because its results differ between operating systems; equal paywalls must give equal bytes everywhere.
/// </summary>
internal static class Punycode
{
    private const int Base = 36;
    private const int TMin = 1;
    private const int TMax = 26;
    private const int Skew = 38;
    private const int Damp = 700;
    private const int InitialBias = 72;
    private const int InitialN = 128;

    /// <summary>Maximum length of a label in ASCII (RFC 1035, 2.3.4).</summary>
    public const int MaxLabelLength = 63;

    /// <summary>The label in lower case and composed, in ASCII; null when it is not a host label.</summary>
    /// <param name="label">The label.</param>
    /// <param name="maxLength">Maximum length in ASCII.</param>
    public static string? EncodeLabel(string label, int maxLength = MaxLabelLength)
    {
        var text = label.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Normalize(NormalizationForm.FormKC);
        var points = new List<int>(text.Length);
        for (var i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
        {
            if (!IsAllowed(text, i))
            {
                return null;
            }

            points.Add(char.ConvertToUtf32(text, i));
        }

        var encoded = points.TrueForAll(point => point < InitialN) ? text : "xn--" + Encode(points);
        return encoded.Length > 0 && encoded.Length <= maxLength ? encoded : null;
    }

    private static bool IsAllowed(string text, int index)
    {
        if (text[index] < InitialN)
        {
            return char.IsLetterOrDigit(text[index]) || text[index] is '-' or '_';
        }

        return CharUnicodeInfo.GetUnicodeCategory(text, index) is
            UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.OtherSymbol or UnicodeCategory.MathSymbol or UnicodeCategory.OtherPunctuation;
    }

    private static string Encode(List<int> points)
    {
        var output = new StringBuilder();
        points.FindAll(point => point < InitialN).ForEach(point => output.Append((char)point));
        var basic = output.Length;
        if (basic > 0)
        {
            output.Append('-');
        }

        int n = InitialN, delta = 0, bias = InitialBias;
        for (var handled = basic; handled < points.Count; n++, delta++)
        {
            var next = int.MaxValue;
            points.ForEach(point => next = point >= n ? Math.Min(next, point) : next);
            delta += (next - n) * (handled + 1);
            n = next;
            foreach (var point in points)
            {
                delta += point < n ? 1 : 0;
                if (point == n)
                {
                    AppendNumber(output, delta, bias);
                    bias = Adapt(delta, handled + 1, handled == basic);
                    delta = 0;
                    handled++;
                }
            }
        }

        return output.ToString();
    }

    private static void AppendNumber(StringBuilder output, int number, int bias)
    {
        for (var k = Base; ; k += Base)
        {
            var threshold = Math.Min(Math.Max(k - bias, TMin), TMax);
            if (number < threshold)
            {
                output.Append(Digit(number));
                return;
            }

            output.Append(Digit(threshold + ((number - threshold) % (Base - threshold))));
            number = (number - threshold) / (Base - threshold);
        }
    }

    private static char Digit(int value) => (char)(value < 26 ? 'a' + value : '0' + value - 26);

    private static int Adapt(int delta, int count, bool isFirst)
    {
        delta = isFirst ? delta / Damp : delta / 2;
        delta += delta / count;
        var k = 0;
        for (; delta > (Base - TMin) * TMax / 2; k += Base)
        {
            delta /= Base - TMin;
        }

        return k + ((Base - TMin + 1) * delta / (delta + Skew));
    }
}
