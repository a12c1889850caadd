using System;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// The characters that may follow what every matched text begins with, read off the syntax of an expression: enough to keep most
/// expressions apart without an automaton (<c>^/item-1(/[a-z]+)?$</c> and <c>^/item-12$</c>).
/// </summary>
internal readonly struct Re2Continuation
{
    private const int MaxPrefixLength = 62;

    // Bits of the ASCII characters; all others count as possible.
    private readonly ulong low;
    private readonly ulong high;
    private readonly bool isKnown;

    private Re2Continuation(ulong low, ulong high)
    {
        this.low = low;
        this.high = high;
        isKnown = true;
    }

    /// <summary>What may follow <paramref name="prefix"/>, which every text begins with in which the expression matches.</summary>
    public static Re2Continuation After(string prefix, Re2Node root)
    {
        if (prefix.Length is 0 or > MaxPrefixLength || !Re2Anchors.AtBegin(root))
        {
            return default;
        }

        var walk = new Walk(prefix);
        var left = walk.Follow(root, 1);

        // Where the expression ends without holding the text's end, anything may follow.
        return left != 0 || walk.IsOpen ? default : new Re2Continuation(walk.Low, walk.High);
    }

    /// <summary>False only when no matched text goes on with <paramref name="next"/>.</summary>
    public bool MayBe(char next) => !isKnown || next >= 0x80 || ((next < 0x40 ? low >> next : high >> (next - 0x40)) & 1) != 0;

    // Follows the prefix through the expression; a bit for each number of its characters that were read.
    private sealed class Walk(string prefix)
    {
        private readonly ulong end = 1UL << prefix.Length;

        public ulong Low { get; private set; }

        public ulong High { get; private set; }

        /// <summary>Whether anything may follow.</summary>
        public bool IsOpen { get; private set; }

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
            for (var place = 0; place <= prefix.Length; place++)
            {
                if ((from & (1UL << place)) == 0)
                {
                    continue;
                }

                var length = Math.Min(literal.Length, prefix.Length - place);
                if (string.CompareOrdinal(literal, 0, prefix, place, length) != 0)
                {
                    continue;
                }

                if (literal.Length > length)
                {
                    Add(literal[length]);
                }
                else
                {
                    reached |= 1UL << (place + length);
                }
            }

            return reached;
        }

        private ulong Read(CodePointSet set, ulong from)
        {
            var reached = 0UL;
            for (var place = 0; place < prefix.Length; place++)
            {
                reached |= (from & (1UL << place)) != 0 && (prefix[place] >= 0x80 || set.Contains(prefix[place])) ? 1UL << (place + 1) : 0;
            }

            if ((from & end) != 0)
            {
                Add(set);
            }

            return reached;
        }

        // No more rounds than the prefix has places lead on.
        private ulong Repeat(Re2Repeat repeat, ulong from)
        {
            for (var i = 0; i < Math.Min(repeat.Min, prefix.Length + 2); i++)
            {
                from = Follow(repeat.Body, from);
            }

            var rounds = repeat.Max < 0 ? prefix.Length + 2 : Math.Min(repeat.Max - repeat.Min, prefix.Length + 2);
            var (all, last) = (from, from);
            for (var i = 0; i < rounds && last != 0; i++)
            {
                var next = Follow(repeat.Body, last);
                last = next & ~all;
                all |= next;
            }

            return all;
        }

        private void Add(char next)
        {
            if (next < 0x40)
            {
                Low |= 1UL << next;
            }
            else if (next < 0x80)
            {
                High |= 1UL << (next - 0x40);
            }
        }

        private void Add(CodePointSet set)
        {
            for (var i = 0; i < set.Ranges.Length && set.Ranges[i] < 0x80; i += 2)
            {
                for (var next = set.Ranges[i]; next <= Math.Min(set.Ranges[i + 1], 0x7F); next++)
                {
                    Add((char)next);
                }
            }
        }
    }
}
