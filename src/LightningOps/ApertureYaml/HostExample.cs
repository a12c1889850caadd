using System;

namespace LightningOps.ApertureYaml;

/// <summary>
/// Makes an example host readable. A search takes the first letter for an unescaped "." of an expression, and
/// shopaexampleacom for ^shop.example.com$ looks like a typing error.
/// </summary>
internal static class HostExample
{
    private const int MaxLength = 253;
    private const string Any = "example.com";
    private static readonly char[] Separators = ['.', '-'];

    /// <summary>The host with a dot, or else a hyphen, where an expression accepts any character between two letters or digits; a name where every host is an example.</summary>
    /// <param name="host">An example host.</param>
    /// <param name="fits">Whether a host is an example, too.</param>
    public static string Improve(string host, Func<string, bool> fits)
    {
        // A URL has a host.
        if (host.Length == 0 && fits(Any))
        {
            return Any;
        }

        if (host.Length is < 3 or > MaxLength)
        {
            return host;
        }

        var text = host.ToCharArray();
        foreach (var separator in Separators)
        {
            var last = -2;
            for (var place = 0; place < text.Length; place++)
            {
                if (!Accepts(host, place, separator, fits))
                {
                    continue;
                }

                // Several in a row are a word of any letters, not a separator.
                var isAlone = last != place - 1 && !(place + 1 < text.Length && Accepts(host, place + 1, separator, fits));
                last = place;
                if (isAlone && place > 0 && place < text.Length - 1 && char.IsLetterOrDigit(text[place - 1]) && char.IsLetterOrDigit(text[place]) && char.IsLetterOrDigit(text[place + 1]))
                {
                    Replace(text, place, separator, fits);
                }
            }
        }

        return new string(text);
    }

    private static bool Accepts(string host, int place, char separator, Func<string, bool> fits) =>
        char.IsLetterOrDigit(host[place]) && fits(host.Substring(0, place) + separator + host.Substring(place + 1));

    private static void Replace(char[] text, int place, char separator, Func<string, bool> fits)
    {
        var before = text[place];
        text[place] = separator;
        if (!fits(new string(text)))
        {
            text[place] = before;
        }
    }
}
