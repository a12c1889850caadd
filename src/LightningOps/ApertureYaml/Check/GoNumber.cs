using System;
using System.Globalization;
using System.Numerics;
using LightningOps.ApertureYaml.GoYaml;

namespace LightningOps.ApertureYaml.Check;

/// <summary>Numbers as goccy/go-yaml reads them (token.ToNumber) and as Go's ParseFloat reads quoted ones.</summary>
internal static class GoNumber
{
    /// <summary>Longer words are text. No 64-bit number is that long.</summary>
    public const int MaxLength = 128;

    /// <summary>Reads an unquoted number; false when the word is text or out of the 64-bit range.</summary>
    public static bool TryParse(string text, out GoScalar number)
    {
        number = default;
        if (text.Length == 0 || text[0] is not ('+' or '-' or '.' or (>= '0' and <= '9')))
        {
            return false;
        }

        var unsigned = text[0] == '+' ? text.Substring(1) : text;
        var isNegative = text[0] == '-';
        unsigned = unsigned.Length > 0 && unsigned[0] == '-' ? unsigned.Substring(1) : unsigned;
        var digits = unsigned.Replace("_", string.Empty);
        var dots = unsigned.Length - unsigned.Replace(".", string.Empty).Length;
        if (dots > 1 || digits.Length == 0 || digits[0] is '+' or '-')
        {
            return false;
        }

        var (numberBase, prefix) = GetBase(digits, dots);
        if (numberBase == 0)
        {
            var isFloat = TryFloat(digits, out var value);
            number = new GoScalar(GoScalarKind.Float, text, default, isNegative ? -value : value);
            return isFloat;
        }

        if (!TryDigits(digits, prefix, numberBase, out var magnitude) || magnitude > (isNegative ? -(BigInteger)long.MinValue : ulong.MaxValue))
        {
            return false;
        }

        number = new GoScalar(GoScalarKind.Integer, text, isNegative ? -magnitude : magnitude, 0);
        return true;
    }

    // An underscore stands between two digits, or between the base and a digit (strconv, underscoreOK).
    private static bool HasSeparatorsBetweenDigits(string text, bool isHexadecimal)
    {
        for (var i = text.IndexOf('_'); i >= 0; i = text.IndexOf('_', i + 1))
        {
            if (i == 0 || i == text.Length - 1 || !IsDigit(text[i - 1], isHexadecimal) && !(isHexadecimal && i == 2) || !IsDigit(text[i + 1], isHexadecimal))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsDigit(char character, bool isHexadecimal) =>
        character is >= '0' and <= '9' || isHexadecimal && character is >= 'a' and <= 'f' or >= 'A' and <= 'F';

    /// <summary>Reads what Go's ParseFloat takes for a decimal or hexadecimal number, infinity or no number.</summary>
    public static bool TryFloat(string text, out double value)
    {
        var isNegative = text.Length > 0 && text[0] == '-';
        var word = text.Length > 0 && text[0] is '+' or '-' ? text.Substring(1) : text;
        switch (word.ToLowerInvariant())
        {
            case "inf" or "infinity":
                value = isNegative ? double.NegativeInfinity : double.PositiveInfinity;
                return true;
            case "nan":
                value = double.NaN;
                return word.Length == text.Length;
        }

        value = 0;
        if (word.Length == 0 || word[0] is not ('.' or (>= '0' and <= '9')))
        {
            return false;
        }

        var isHexadecimal = word.Length > 2 && word[0] == '0' && word[1] is 'x' or 'X';
        if (!HasSeparatorsBetweenDigits(word, isHexadecimal))
        {
            return false;
        }

        word = word.Replace("_", string.Empty);
        var isRead = isHexadecimal
            ? TryHexadecimal(word.Substring(2), out value)
            : double.TryParse(word, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
        value = isNegative ? -value : value;
        return isRead && !double.IsInfinity(value) && !double.IsNaN(value);
    }

    /// <summary>The digits behind <c>0x</c> with an exponent of two behind <c>p</c>, which has to be there.</summary>
    private static bool TryHexadecimal(string text, out double value)
    {
        value = 0;
        var mark = text.IndexOfAny(['p', 'P']);
        if (mark <= 0 || !int.TryParse(text.Substring(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent))
        {
            return false;
        }

        var digits = text.Substring(0, mark);
        var point = digits.IndexOf('.');
        exponent -= point < 0 ? 0 : 4 * (digits.Length - point - 1);
        digits = point < 0 ? digits : digits.Remove(point, 1);
        if (!TryDigits(digits, 0, 16, out var magnitude))
        {
            return false;
        }

        value = (double)magnitude * Math.Pow(2, exponent);
        return true;
    }

    private static (int Base, int Prefix) GetBase(string digits, int dots)
    {
        if (digits.Length >= 2 && digits[0] == '0')
        {
            switch (digits[1])
            {
                case 'x':
                    return (16, 2);
                case 'o':
                    return (8, 2);
                case 'b':
                    return (2, 2);
                default:
                    if (dots == 0)
                    {
                        return (8, 0);
                    }

                    break;
            }
        }

        return dots == 1 ? (0, 0) : (10, 0);
    }

    private static bool TryDigits(string digits, int start, int numberBase, out BigInteger value)
    {
        value = BigInteger.Zero;
        for (var i = start; i < digits.Length; i++)
        {
            var digit = digits[i] switch
            {
                >= '0' and <= '9' => digits[i] - '0',
                >= 'a' and <= 'f' => digits[i] - 'a' + 10,
                >= 'A' and <= 'F' => digits[i] - 'A' + 10,
                _ => int.MaxValue,
            };
            if (digit >= numberBase)
            {
                return false;
            }

            value = (value * numberBase) + digit;
        }

        return digits.Length > start;
    }
}

/// <summary>
/// A value as Aperture's YAML reader (goccy/go-yaml 1.15) types it: YAML 1.2 words, so that <c>yes</c>, <c>on</c>
/// and <c>off</c> are text, but numbers with underscores and a leading 0 for octal.
/// </summary>
internal readonly record struct GoScalar(GoScalarKind Kind, string Text, BigInteger Integer, double Float)
{
    /// <summary>No value.</summary>
    public static GoScalar Null { get; } = new(GoScalarKind.Null, "null", default, 0);

    /// <summary>A mapping or a list.</summary>
    public static GoScalar Collection { get; } = new(GoScalarKind.Collection, string.Empty, default, 0);

    /// <summary>A time.</summary>
    public static GoScalar Time { get; } = new(GoScalarKind.Time, string.Empty, default, 0);

    public static GoScalar FromText(string text) => new(GoScalarKind.Text, text, default, 0);

    public static GoScalar FromFloat(double value) => new(GoScalarKind.Float, string.Empty, default, value);

    public static GoScalar FromFlag(bool value) => new(GoScalarKind.Bool, value ? "true" : "false", default, 0);

    /// <summary>A number of Go's type <c>int</c>, which no setting accepts: what <c>!!int</c> makes.</summary>
    public static GoScalar FromTagged(BigInteger value) => new(GoScalarKind.TaggedInteger, value.ToString(CultureInfo.InvariantCulture), value, 0);

    /// <summary>Types a token.</summary>
    public static GoScalar From(YamlScalarNode node)
    {
        switch (node.Kind)
        {
            case YamlTokenKind.Null or YamlTokenKind.MergeKey:
                return Null;
            case YamlTokenKind.Bool:
                return new GoScalar(GoScalarKind.Bool, node.Text, default, 0);
            case YamlTokenKind.Number when GoNumber.TryParse(node.Text, out var number):
                return number;
            case YamlTokenKind.Special:
                return new GoScalar(GoScalarKind.Float, node.Text, default, node.Text[0] == '-' ? double.NegativeInfinity : node.Text[1] is 'n' or 'N' ? double.NaN : double.PositiveInfinity);
            default:
                return FromText(node.Text);
        }
    }

    /// <summary>The text that a text setting receives. Numbers and words are rewritten as Go prints them.</summary>
    public string AsText() => Kind switch
    {
        GoScalarKind.Null => "<nil>",
        GoScalarKind.Bool => Text.ToLowerInvariant(),
        GoScalarKind.Integer or GoScalarKind.TaggedInteger => Integer.ToString(CultureInfo.InvariantCulture),
        GoScalarKind.Float => FormatFloat(Float),
        _ => Text,
    };

    /// <summary>As Go's <c>%v</c>: the fewest digits that tell the number, with an exponent below 1e-04 and from 1e+06 on.</summary>
    private static string FormatFloat(double value)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            return double.IsNaN(value) ? "NaN" : value < 0 ? "-Inf" : "+Inf";
        }

        var shortest = value.ToString("E16", CultureInfo.InvariantCulture);
        for (var digits = 0; digits < 17; digits++)
        {
            var text = value.ToString("E" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (double.Parse(text, CultureInfo.InvariantCulture).Equals(value))
            {
                shortest = text;
                break;
            }
        }

        var mark = shortest.IndexOf('E');
        var exponent = int.Parse(shortest.Substring(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var sign = shortest[0] == '-' ? "-" : string.Empty;
        var mantissa = shortest.Substring(sign.Length, mark - sign.Length).Replace(".", string.Empty);
        if (exponent is < -4 or >= 6)
        {
            return sign + mantissa[0] + (mantissa.Length > 1 ? "." + mantissa.Substring(1) : string.Empty) + "e" + (exponent < 0 ? "-" : "+") + Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
        }

        if (exponent < 0)
        {
            return sign + "0." + new string('0', -exponent - 1) + mantissa;
        }

        return mantissa.Length <= exponent + 1
            ? sign + mantissa.PadRight(exponent + 1, '0')
            : sign + mantissa.Substring(0, exponent + 1) + "." + mantissa.Substring(exponent + 1);
    }
}

/// <summary>The types of <see cref="GoScalar"/>.</summary>
internal enum GoScalarKind
{
    Null,
    Bool,
    Integer,
    Float,
    Text,
    TaggedInteger,
    Bytes,
    Time,
    Collection,
}
