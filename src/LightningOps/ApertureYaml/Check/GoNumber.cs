using System;
using System.Globalization;
using System.Numerics;

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
        if (dots > 1 || digits.Length == 0)
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

    // An underscore stands between two digits (strconv, underscoreOK).
    private static bool HasSeparatorsBetweenDigits(string text)
    {
        for (var i = text.IndexOf('_'); i >= 0; i = text.IndexOf('_', i + 1))
        {
            if (i == 0 || i == text.Length - 1 || text[i - 1] is < '0' or > '9' || text[i + 1] is < '0' or > '9')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads a text that Go's ParseFloat accepts as a decimal number, infinity or NaN.</summary>
    public static bool TryFloat(string text, out double value)
    {
        var word = text.TrimStart('+', '-').ToLowerInvariant();
        if (word is "inf" or "infinity" or "nan")
        {
            value = word == "nan" ? double.NaN : text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return text.Length - word.Length <= 1;
        }

        if (!HasSeparatorsBetweenDigits(text))
        {
            value = 0;
            return false;
        }

        return double.TryParse(text.Replace("_", string.Empty), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            && !double.IsInfinity(value) && !double.IsNaN(value);
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
/// A scalar as Aperture's YAML reader (goccy/go-yaml 1.15) types it: YAML 1.2 words, so that <c>yes</c>, <c>on</c>
/// and <c>off</c> are text, but numbers with underscores and a leading 0 for octal.
/// </summary>
internal readonly record struct GoScalar(GoScalarKind Kind, string Text, BigInteger Integer, double Float)
{
    /// <summary>Types a scalar.</summary>
    public static GoScalar From(ScalarNode node)
    {
        var written = node.IsPlain ? Plain(node.Text) : FromText(node.Text);
        return node.Tag switch
        {
            "tag:yaml.org,2002:str" => FromText(written.Kind == GoScalarKind.Null ? string.Empty : written.AsText()),
            "tag:yaml.org,2002:null" => new GoScalar(GoScalarKind.Null, node.Text, default, 0),
            "tag:yaml.org,2002:bool" => Plain(node.Text.ToLowerInvariant() switch { "yes" or "1" or "t" => "true", "no" or "0" or "f" => "false", var word => word }),
            "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" => Plain(node.Text),
            _ => written,
        };
    }

    /// <summary>The text that a text setting receives. Numbers and words are rewritten as Go prints them.</summary>
    public string AsText() => Kind switch
    {
        GoScalarKind.Bool => Text.ToLowerInvariant(),
        GoScalarKind.Integer => Integer.ToString(CultureInfo.InvariantCulture),
        GoScalarKind.Float when Math.Abs(Float) is 0 or >= 1e-4 and < 1e15 => Float.ToString("0.################", CultureInfo.InvariantCulture),
        _ => Text,
    };

    private static GoScalar FromText(string text) => new(GoScalarKind.Text, text, default, 0);

    private static GoScalar Plain(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return new GoScalar(GoScalarKind.Null, text, default, 0);
            case "true" or "True" or "TRUE" or "false" or "False" or "FALSE":
                return new GoScalar(GoScalarKind.Bool, text, default, 0);
            case ".inf" or ".Inf" or ".INF":
                return new GoScalar(GoScalarKind.Float, text, default, double.PositiveInfinity);
            case "-.inf" or "-.Inf" or "-.INF":
                return new GoScalar(GoScalarKind.Float, text, default, double.NegativeInfinity);
            case ".nan" or ".NaN" or ".NAN":
                return new GoScalar(GoScalarKind.Float, text, default, double.NaN);
            default:
                return text.Length <= GoNumber.MaxLength && GoNumber.TryParse(text, out var number) ? number : FromText(text);
        }
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
}
