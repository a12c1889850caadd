using System.Text;

namespace LightningOps.Compile.Languages;

/// <summary>Text collected from literals, from their beginning on or from their end back.</summary>
internal static class Re2LiteralText
{
    /// <summary>Longer literals are cut: still true, and repeats of repeats stay cheap.</summary>
    public const int MaxLength = 4096;

    /// <summary>Adds the code points of a literal up to the first that has case variants or is outside the universe; true when that was all of them.</summary>
    public static bool TryAdd(Re2Literal literal, StringBuilder text, bool fromEnd)
    {
        var source = literal.Text;
        var taken = 0;
        while (taken < source.Length)
        {
            var width = WidthAt(source, taken, fromEnd);
            var index = fromEnd ? source.Length - taken - width : taken;
            var codePoint = char.ConvertToUtf32(source, index);
            if (!CodePointSet.Universe.Contains(codePoint) ||
                (literal.FoldsCase && CaseFolding.Shared.HasVariants(codePoint)))
            {
                break;
            }

            taken += width;
        }

        Add(text, fromEnd ? source.Substring(source.Length - taken) : source.Substring(0, taken), fromEnd);
        return taken == source.Length;
    }

    /// <summary>Puts a piece behind the text, or before it where it is collected from its end.</summary>
    public static void Add(StringBuilder text, string piece, bool fromEnd) =>
        text.Insert(fromEnd ? 0 : text.Length, piece);

    private static int WidthAt(string source, int taken, bool fromEnd) =>
        char.IsSurrogate(source[fromEnd ? source.Length - 1 - taken : taken]) ? 2 : 1;
}
