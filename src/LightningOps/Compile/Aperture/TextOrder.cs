using System;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// Sorts texts by ordinal comparison. The next characters of each text are compared as one number, and only texts that
/// agree in them are read further, so a long common beginning is read once.
/// </summary>
internal sealed class TextOrder
{
    private const int CharactersPerKey = 4;

    // Fewer texts than this are compared directly.
    private const int WorthKeys = 16;

    private readonly string[] texts;
    private readonly int[] places;
    private readonly ulong[] keys;

    private TextOrder(string[] texts)
    {
        this.texts = texts;
        places = new int[texts.Length];
        keys = new ulong[texts.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = i;
        }
    }

    /// <summary>The places of <paramref name="texts"/> in ascending order of the texts; those of equal texts in no order.</summary>
    public static int[] Sort(string[] texts)
    {
        var order = new TextOrder(texts);
        order.Sort(0, texts.Length, 0);
        return order.places;
    }

    // All texts of the range agree in the characters before depth, and have that many.
    private void Sort(int start, int end, int depth)
    {
        if (end - start < WorthKeys)
        {
            SortDirectly(start, end, depth);
            return;
        }

        depth = CommonLength(start, end, depth);
        for (var i = start; i < end; i++)
        {
            keys[i] = Key(texts[places[i]], depth);
        }

        Array.Sort(keys, places, start, end - start);
        for (int first = start, next; first < end; first = next)
        {
            var key = keys[first];
            for (next = first + 1; next < end && keys[next] == key;)
            {
                next++;
            }

            if (next - first > 1)
            {
                SortEqualKeys(first, next, depth, endsWithin: (key & char.MaxValue) == 0);
            }
        }
    }

    // A key has U+0000 for each character that its text lacks.
    private void SortEqualKeys(int start, int end, int depth, bool endsWithin)
    {
        if (endsWithin)
        {
            SortDirectly(start, end, depth);
        }
        else
        {
            Sort(start, end, depth + CharactersPerKey);
        }
    }

    private void SortDirectly(int start, int end, int depth)
    {
        for (var i = start + 1; i < end; i++)
        {
            var place = places[i];
            var at = i;
            for (; at > start && Compare(texts[places[at - 1]], texts[place], depth) > 0; at--)
            {
                places[at] = places[at - 1];
            }

            places[at] = place;
        }
    }

    private static int Compare(string x, string y, int depth) => string.CompareOrdinal(x, depth, y, depth, int.MaxValue);

    private int CommonLength(int start, int end, int depth)
    {
        var first = texts[places[start]];
        var common = first.Length;
        for (var i = start + 1; i < end; i++)
        {
            var text = texts[places[i]];
            var length = Math.Min(common, text.Length);
            for (common = depth; common < length && text[common] == first[common];)
            {
                common++;
            }
        }

        return common;
    }

    /// <summary>The characters of a text from a depth on as a number that orders as they do; U+0000 where the text has ended.</summary>
    public static ulong Key(string text, int depth)
    {
        var key = 0UL;
        for (var i = depth; i < depth + CharactersPerKey; i++)
        {
            key = (key << 16) | (i < text.Length ? text[i] : '\0');
        }

        return key;
    }
}
