using System;
using System.Runtime.CompilerServices;

namespace LightningOps.Re2.Syntax;

/// <summary>
/// Shares equal nodes between the expressions that one thread parses. Most expressions of a configuration repeat a few parts.
/// The size is bounded: a newer node replaces an older one.
/// </summary>
internal sealed class Re2NodeCache
{
    // Powers of two.
    private const int Literals = 256;
    private const int Others = 64;

    // Longer texts seldom recur.
    private const int MaxSharedText = 64;

    private readonly Re2Literal?[] literals = new Re2Literal?[Literals];
    private readonly Re2Class?[] classes = new Re2Class?[Others];
    private readonly Re2Repeat?[] repeats = new Re2Repeat?[Others];
    private readonly Re2Capture?[] captures = new Re2Capture?[Others];

    /// <summary>A literal of these characters.</summary>
    public Re2Literal GetLiteral(ReadOnlySpan<char> text, bool foldsCase)
    {
        if (text.Length > MaxSharedText)
        {
            return CreateLiteral(text, foldsCase);
        }

        ref var known = ref literals[TextPool.GetHash(text) & (Literals - 1)];
        return known is not null && known.FoldsCase == foldsCase && known.Text.AsSpan().SequenceEqual(text)
            ? known
            : known = CreateLiteral(text, foldsCase);
    }

    /// <summary>A class of this set.</summary>
    public Re2Class GetClass(CodePointSet set)
    {
        ref var known = ref classes[set.GetHashCode() & (Others - 1)];
        return known is not null && known.Set.Equals(set) ? known : known = new Re2Class(set);
    }

    /// <summary>A repeat of this node.</summary>
    public Re2Repeat GetRepeat(Re2Node body, int min, int max, bool counted)
    {
        ref var known = ref repeats[(RuntimeHelpers.GetHashCode(body) + (min * 7) + max) & (Others - 1)];
        return known is not null && ReferenceEquals(known.Body, body) && known.Min == min && known.Max == max && known.IsCounted == counted
            ? known
            : known = new Re2Repeat(body, min, max, counted);
    }

    /// <summary>A capturing group of this node.</summary>
    public Re2Capture GetCapture(Re2Node body)
    {
        ref var known = ref captures[RuntimeHelpers.GetHashCode(body) & (Others - 1)];
        return known is not null && ReferenceEquals(known.Body, body) ? known : known = new Re2Capture(body);
    }

    private static Re2Literal CreateLiteral(ReadOnlySpan<char> text, bool foldsCase)
    {
        var codePoints = 0;
        foreach (var c in text)
        {
            codePoints += char.IsLowSurrogate(c) ? 0 : 1;
        }

        return new Re2Literal(text.ToString(), foldsCase, codePoints);
    }
}
