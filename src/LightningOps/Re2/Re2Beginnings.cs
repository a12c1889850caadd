using System;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>Tells from the syntax of an expression, without an automaton, whether a matched text may begin with another text.</summary>
internal static class Re2Beginnings
{
    /// <summary>The longest text that is asked for: its places are bits of a number.</summary>
    private const int MaxLength = 62;

    /// <summary>
    /// False only when no text in which the expression matches begins with <paramref name="text"/>, which is ASCII; true when one
    /// does or may.
    /// </summary>
    public static bool MayBeginWith(Re2Node root, string text)
    {
        if (text.Length > MaxLength || !Re2Anchors.AtBegin(root))
        {
            return true;
        }

        // A bit for each number of characters of the text that were read; the last one stays, whatever follows.
        var places = new Places(text);
        return places.Follow(root, 1) != 0;
    }

    private sealed class Places(string text)
    {
        private readonly ulong end = 1UL << text.Length;

        public ulong Follow(Re2Node node, ulong from)
        {
            if (from == 0 || from == end)
            {
                return from;
            }

            switch (node)
            {
                case Re2Literal { FoldsCase: false } literal:
                    return Follow(literal.Text, from);
                case Re2Literal literal:
                    for (var i = 0; i < literal.Text.Length && from != 0; i++)
                    {
                        i += char.IsHighSurrogate(literal.Text[i]) && i + 1 < literal.Text.Length ? 1 : 0;
                        from = Read(literal.Text[i] < 0x80 ? CaseFolding.Shared.Orbit(literal.Text[i]) : null, from);
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
                    return from & end;
                case Re2NoMatch:
                    return 0;
                default:
                    return from;
            }
        }

        private ulong Follow(string literal, ulong from)
        {
            var reached = from & end;
            for (var place = 0; place < text.Length; place++)
            {
                if ((from & (1UL << place)) != 0)
                {
                    var length = Math.Min(literal.Length, text.Length - place);
                    reached |= string.CompareOrdinal(literal, 0, text, place, length) == 0 ? 1UL << (place + length) : 0;
                }
            }

            return reached;
        }

        // Null stands for a set that may have every character.
        private ulong Read(CodePointSet? set, ulong from)
        {
            var reached = from & end;
            for (var place = 0; place < text.Length; place++)
            {
                reached |= (from & (1UL << place)) != 0 && (set is null || set.Contains(text[place])) ? 1UL << (place + 1) : 0;
            }

            return reached;
        }

        // No more rounds than the text has places lead on.
        private ulong Repeat(Re2Repeat repeat, ulong from)
        {
            for (var i = 0; i < Math.Min(repeat.Min, text.Length + 1); i++)
            {
                from = Follow(repeat.Body, from);
            }

            var rounds = repeat.Max < 0 ? text.Length + 1 : Math.Min(repeat.Max - repeat.Min, text.Length + 1);
            var (all, last) = (from, from);
            for (var i = 0; i < rounds && last != 0; i++)
            {
                var next = Follow(repeat.Body, last);
                last = next & ~all;
                all |= next;
            }

            return all;
        }
    }
}
