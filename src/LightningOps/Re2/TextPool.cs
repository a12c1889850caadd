using System;

namespace LightningOps.Re2;

/// <summary>Shares one string for equal short texts of a thread. The size is bounded: a newer text replaces an older one.</summary>
internal sealed class TextPool
{
    private const int Slots = 512;
    private const int MaxLength = 64;

    [ThreadStatic]
    private static TextPool? shared;

    private readonly string?[] texts = new string?[Slots];

    /// <summary>The pool of this thread.</summary>
    public static TextPool Shared => shared ??= new TextPool();

    /// <summary>A string of these characters.</summary>
    public string Get(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxLength)
        {
            return text.ToString();
        }

        ref var known = ref texts[GetHash(text) & (Slots - 1)];
        return known is not null && known.AsSpan().SequenceEqual(text) ? known : known = text.ToString();
    }

    /// <summary>FNV-1a of the characters, folded so that the low bits depend on all of them.</summary>
    public static int GetHash(ReadOnlySpan<char> text)
    {
        var hash = 2166136261;
        foreach (var c in text)
        {
            hash = unchecked((hash ^ c) * 16777619);
        }

        return unchecked((int)(hash ^ (hash >> 15)));
    }
}
