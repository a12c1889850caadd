using System;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// Follows a text through the syntax of an expression that is anchored at the beginning, without an automaton: how
/// much of it the expression can read, and what can follow. Places are bits, one for each number of characters read.
/// </summary>
internal struct Re2TextWalk(string text)
{
    /// <summary>Maximum length of the text, because its places are bits of a number.</summary>
    public const int MaxLength = 62;

    private readonly ulong end = 1UL << text.Length;

    /// <summary>Whether the expression can read the whole text.</summary>
    public bool HasReadAll { get; private set; }

    /// <summary>The characters that can follow the text.</summary>
    public AsciiSet Next { get; private set; }

    /// <summary>Whether anything may be read, because a part cannot be followed.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The places after a part of the expression, from the places before it.</summary>
    public ulong Follow(Re2Node node, ulong from)
    {
        if (from == 0 || IsOpen)
        {
            return 0;
        }

        switch (node)
        {
            case Re2Literal { FoldsCase: false } literal:
                return Follow(literal.Text, from);
            case Re2Literal literal:
                for (var i = 0; i < literal.Text.Length; i++)
                {
                    if (literal.Text[i] >= 0x80)
                    {
                        IsOpen = true;
                        return 0;
                    }

                    from = Read(CaseFolding.Shared.Orbit(literal.Text[i]), from);
                }

                return from;
            case Re2Class one:
                return Read(one.Set, from);
            case Re2Capture capture:
                return Follow(capture.Body, from);
            case Re2Concat concat:
                foreach (var part in concat.Parts)
                {
                    from = Follow(part, from);
                }

                return from;
            case Re2Alternate alternate:
                var all = 0UL;
                foreach (var choice in alternate.Choices)
                {
                    all |= Follow(choice, from);
                }

                return all;
            case Re2Repeat repeat:
                return Repeat(repeat, from);
            case Re2Assertion assertion when assertion == Re2Assertion.Get(Re2AssertionKind.EndText):
                return 0;
            case Re2NoMatch:
                return 0;
            default:
                return from;
        }
    }

    private ulong Follow(string literal, ulong from)
    {
        if (literal.Length == 0)
        {
            return from;
        }

        var reached = 0UL;
        for (var place = 0; place <= text.Length; place++)
        {
            if ((from & (1UL << place)) == 0)
            {
                continue;
            }

            var length = Math.Min(literal.Length, text.Length - place);
            if (string.CompareOrdinal(literal, 0, text, place, length) != 0)
            {
                continue;
            }

            if (literal.Length > length)
            {
                HasReadAll = true;
                Add(AsciiSet.CreateFrom(literal[length]));
            }
            else
            {
                reached |= 1UL << (place + length);
            }
        }

        return Reach(reached);
    }

    private ulong Read(CodePointSet set, ulong from)
    {
        var reached = 0UL;
        for (var place = 0; place < text.Length; place++)
        {
            reached |= (from & (1UL << place)) != 0 && (text[place] >= 0x80 || set.Contains(text[place])) ? 1UL << (place + 1) : 0;
        }

        if ((from & end) != 0)
        {
            Add(AsciiSet.From(set));
        }

        return Reach(reached);
    }

    // At most as many rounds as the text has places.
    private ulong Repeat(Re2Repeat repeat, ulong from)
    {
        for (var i = 0; i < Math.Min(repeat.Min, text.Length + 2); i++)
        {
            from = Follow(repeat.Body, from);
        }

        var rounds = repeat.Max < 0 ? text.Length + 2 : Math.Min(repeat.Max - repeat.Min, text.Length + 2);
        var (all, last) = (from, from);
        for (var i = 0; i < rounds && last != 0; i++)
        {
            var next = Follow(repeat.Body, last);
            last = next & ~all;
            all |= next;
        }

        return all;
    }

    private ulong Reach(ulong places)
    {
        HasReadAll |= (places & end) != 0;
        return places;
    }

    private void Add(AsciiSet set) => Next = Next.Union(set);
}
