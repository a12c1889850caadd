using System;

namespace LightningOps.Re2.Syntax;

/// <summary>The groups that were parsed last, so that an equal text at the cursor is not parsed again.</summary>
/// <remarks>
/// The text of a group and the flags before it determine its node: everything is read from left to right, and the text says where the
/// group ends. Only "[:" is followed beyond it, so a group that has one is not remembered.
/// </remarks>
internal sealed class Re2KnownGroups
{
    private const int Remembered = 16;
    private const int MinLength = 3;

    private readonly Entry[] entries = new Entry[Remembered];
    private int next;

    /// <summary>Remembers a group of the text that ends before <paramref name="end"/>.</summary>
    public void Add(string text, int start, int end, Re2Flags flags, Re2Node node, long classBounds)
    {
        var length = end - start;
        if (length < MinLength || text.IndexOf("[:", start, length, StringComparison.Ordinal) >= 0)
        {
            return;
        }

        entries[next] = new Entry(text, start, length, flags, node, classBounds);
        next = (next + 1) % Remembered;
    }

    /// <summary>Reads a known group at the cursor; false, with the cursor unmoved, when there is none.</summary>
    public bool TryRead(Re2Cursor cursor, Re2Flags flags, out Re2Node node, out long classBounds)
    {
        var (text, at) = (cursor.Text, cursor.Position);
        var left = text.Length - at;
        foreach (ref readonly var known in entries.AsSpan())
        {
            if (known.Node is not null && known.Length <= left && text[at + 1] == known.Text[known.Start + 1] && text[at + 2] == known.Text[known.Start + 2]
                && known.Flags == flags && string.CompareOrdinal(text, at, known.Text, known.Start, known.Length) == 0)
            {
                cursor.Position += known.Length;
                (node, classBounds) = (known.Node, known.ClassBounds);
                return true;
            }
        }

        (node, classBounds) = (null!, 0);
        return false;
    }

    private readonly record struct Entry(string Text, int Start, int Length, Re2Flags Flags, Re2Node? Node, long ClassBounds);
}
