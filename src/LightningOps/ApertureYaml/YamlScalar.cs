using System;
using System.Text.RegularExpressions;

namespace LightningOps.ApertureYaml;

/// <summary>
/// Decides which strings keep their value when they stand unquoted in block context, and quotes the others. Stricter
/// than YAML 1.2 where a 1.1 reader would see another type; Aperture has used both.
/// </summary>
internal static class YamlScalar
{
    private const int MaxOtherTypeLength = 6;

    private static readonly string[] OtherTypes =
    {
        "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".nan", ".inf",
    };

    // Integers in every base, floats, sexagesimals and timestamps of YAML 1.1 and 1.2.
    private static readonly Regex Numeric = new(
        @"\A(?:[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
        + @"|(?:\.[0-9_]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?)"
        + @"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?)\z",
        RegexOptions.CultureInvariant);

    /// <summary><paramref name="text"/> as written in the artifact: plain where that is safe, else quoted.</summary>
    public static string Format(string text) => IsPlain(text) ? text : Quoted(text);

    /// <summary>Single-quoted, or double-quoted where characters need an escape.</summary>
    public static string Quoted(string text) =>
        HasUnprintable(text) ? DoubleQuoted(text) : "'" + (text.IndexOf('\'') < 0 ? text : text.Replace("'", "''")) + "'";

    /// <summary>Whether <paramref name="text"/> only needs single quotes.</summary>
    public static bool IsQuotedAsItStands(string text) => text.IndexOf('\'') < 0 && !HasUnprintable(text);

    public static bool IsPlain(string text)
    {
        if (text.Length == 0 || text[0] == ' ' || text[text.Length - 1] is ' ' or ':')
        {
            return false;
        }

        if (StartsAsIndicator(text) || HasUnprintable(text))
        {
            return false;
        }

        for (var i = 1; i < text.Length; i++)
        {
            if ((text[i] == ' ' && text[i - 1] == ':') || (text[i] == '#' && text[i - 1] == ' '))
            {
                return false;
            }
        }

        return !ResolvesToOtherType(text);
    }

    private static bool StartsAsIndicator(string text)
    {
        switch (text[0])
        {
            case '-' or '?' or ':':
                return text.Length == 1 || text[1] == ' ' || text.StartsWith("---", StringComparison.Ordinal);
            case ',' or '[' or ']' or '{' or '}' or '#' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`':
                return true;
            default:
                return text.StartsWith("...", StringComparison.Ordinal);
        }
    }

    private static bool ResolvesToOtherType(string text)
    {
        if (text is "~" or "<<" or "=")
        {
            return true;
        }

        if (text.Length <= MaxOtherTypeLength)
        {
            foreach (var name in OtherTypes)
            {
                if (string.Equals(text.TrimStart('+', '-'), name, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return LooksNumeric(text);
    }

    private static bool LooksNumeric(string text) =>
        (text[0] is '+' or '-' or '.' or (>= '0' and <= '9')) && Numeric.IsMatch(text);

    private static bool HasUnprintable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is >= ' ' and < '\u007F')
            {
                continue;
            }

            if (c < ' ' || (c >= '\u007F' && c <= '\u00A0') || c is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF')
            {
                return true;
            }

            if (char.IsSurrogate(c))
            {
                if (!char.IsHighSurrogate(c) || i + 1 >= text.Length || !char.IsLowSurrogate(text[i + 1]))
                {
                    return true;
                }

                i++;
            }
        }

        return false;
    }

    private static string DoubleQuoted(string text)
    {
        var quoted = new System.Text.StringBuilder(text.Length + 8).Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '"' or '\\')
            {
                quoted.Append('\\').Append(c);
            }
            else if (HasUnprintable(c.ToString()) && !(char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])))
            {
                quoted.Append("\\u").Append(((int)c).ToString("X4", System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                quoted.Append(c);
                if (char.IsHighSurrogate(c))
                {
                    quoted.Append(text[++i]);
                }
            }
        }

        return quoted.Append('"').ToString();
    }
}
