using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Characters that YAML 1.1 treats as line breaks or skips, and that Aperture's reader treats as ordinary: U+0085,
/// U+2028, U+2029, and a byte order mark. The parser gets stand-ins of the same length, so that positions stay
/// correct.
/// </summary>
internal sealed class LineLikeCharacters
{
    private const string Special = "\u0085\u2028\u2029\ufeff";

    /// <summary>Private use, then symbols and ideographs: the parser handles them as letters.</summary>
    private const int FirstPrivate = 0xe000;

    private const int LastPrivate = 0xf8ff;
    private const int FirstIdeograph = 0x3400;
    private const int LastIdeograph = 0x9fff;

    private readonly Dictionary<char, char> replacements = new();
    private readonly Dictionary<char, char> originals = new();

    private LineLikeCharacters(string text)
    {
        Text = text;
        if (text.IndexOfAny(Special.ToCharArray()) < 0)
        {
            return;
        }

        var used = new HashSet<char>(text);
        var free = Enumerable.Range(FirstPrivate, LastPrivate - FirstPrivate + 1)
            .Concat(Enumerable.Range(FirstIdeograph, LastIdeograph - FirstIdeograph + 1))
            .Select(static code => (char)code)
            .Where(candidate => !used.Contains(candidate))
            .Take(Special.Length)
            .ToArray();
        if (free.Length < Special.Length)
        {
            throw new ApertureConfigFormatException("more different characters than can be read together with U+0085, U+2028 or U+2029", "Remove these characters.", 1, 1);
        }

        for (var i = 0; i < Special.Length; i++)
        {
            replacements[Special[i]] = free[i];
            originals[free[i]] = Special[i];
        }

        Text = Map(text, replacements);
    }

    /// <summary>The text for the parser, of the same length.</summary>
    public string Text { get; }

    /// <summary>Reads a text.</summary>
    public static LineLikeCharacters From(string text) => new(text);

    /// <summary>The text of the file that <paramref name="value"/> replaced.</summary>
    public string Restore(string value) => originals.Count == 0 ? value : Map(value, originals);

    /// <summary>The positions of U+0085, U+2028 and U+2029 in a text, in order.</summary>
    public static IEnumerable<(char Character, int Index)> Find(string text)
    {
        for (var i = text.IndexOfAny(['\u0085', '\u2028', '\u2029']); i >= 0; i = text.IndexOfAny(['\u0085', '\u2028', '\u2029'], i + 1))
        {
            yield return (text[i], i);
        }
    }

    private static string Map(string text, Dictionary<char, char> map)
    {
        var mapped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            mapped.Append(map.TryGetValue(character, out var other) ? other : character);
        }

        return mapped.ToString();
    }
}
