using System;

namespace LightningOps.Paywalls.Decoding;

/// <summary>
/// Shares one string for equal short texts of a document. Ids, owners and hosts recur in every route, and a million
/// copies would dominate the memory of a snapshot. It has a bounded size and replaces older texts on a collision.
/// </summary>
internal sealed class StringPool
{
    private const int Slots = 4096;
    private const int MaxPooledLength = 128;
    private readonly string?[] slots = new string?[Slots];

    /// <summary>The pooled string equal to <paramref name="utf8"/>, or null with the slot for a new one.</summary>
    public string? Find(ReadOnlySpan<byte> utf8, out int slot)
    {
        slot = -1;
        if (utf8.Length > MaxPooledLength)
        {
            return null;
        }

        slot = GetSlot(utf8);
        var pooled = slots[slot];
        return pooled is not null && IsAsciiEqual(pooled, utf8) ? pooled : null;
    }

    /// <summary>Keeps <paramref name="text"/> in a slot from <see cref="Find" />.</summary>
    public string Keep(string text, int slot)
    {
        if (slot >= 0)
        {
            slots[slot] = text;
        }

        return text;
    }

    private static int GetSlot(ReadOnlySpan<byte> utf8)
    {
        // FNV-1a; folded to the table's twelve bits.
        var hash = 2166136261u;
        foreach (var value in utf8)
        {
            hash = unchecked((hash ^ value) * 16777619u);
        }

        return (int)((hash ^ (hash >> 12) ^ (hash >> 24)) & (Slots - 1));
    }

    private static bool IsAsciiEqual(string text, ReadOnlySpan<byte> utf8)
    {
        if (text.Length != utf8.Length)
        {
            return false;
        }

        for (var i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] >= 0x80 || text[i] != utf8[i])
            {
                return false;
            }
        }

        return true;
    }
}
