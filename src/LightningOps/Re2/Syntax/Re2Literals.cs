using System;
using System.Collections.Generic;
using System.Text;

namespace LightningOps.Re2.Syntax;

/// <summary>
/// Literal text determined from the syntax, without an automaton: whether the expression is plain text, or plain text
/// followed by anything.
/// </summary>
internal static class Re2Literals
{
    /// <summary>True when the expression is <c>^text$</c> in any spelling.</summary>
    public static bool TryGetWhole(Re2Node root, out string text)
    {
        var parts = GetParts(root);
        int first = 0, last = parts.Count - 1;
        SkipAnchors(parts, ref first, ref last);
        text = string.Empty;
        if (first == 0 || last == parts.Count - 1 || MayVary(parts, first, last))
        {
            return false;
        }

        var builder = new StringBuilder();
        var isWhole = true;
        for (var i = first; isWhole && i <= last; i++)
        {
            isWhole = TryAppendExact(parts[i], builder);
        }

        text = isWhole ? builder.ToString() : string.Empty;
        return isWhole;
    }

    /// <summary>
    /// True when the expression is <c>^text</c> followed by anything, in one of the spellings <c>^text</c>,
    /// <c>^text.*</c>, <c>^text.*$</c>, <c>^text(?s:.*)$</c>.
    /// </summary>
    public static bool TryGetOpenEnded(Re2Node root, out string text)
    {
        var parts = GetParts(root);
        int first = 0, last = parts.Count - 1;
        SkipAnchors(parts, ref first, ref last);
        var isHeldAtEnd = last < parts.Count - 1;
        text = string.Empty;
        if (isHeldAtEnd && (last < first || !(IsAnything(parts[last]) || IsNothing(parts[last]))))
        {
            return false;
        }

        var builder = new StringBuilder();
        var i = first;
        while (first > 0 && i <= last && TryAppendExact(parts[i], builder))
        {
            i++;
        }

        text = builder.ToString();
        var isOpen = !isHeldAtEnd;
        for (; i <= last; i++)
        {
            var isAnything = IsAnything(parts[i]);
            isOpen |= isAnything;
            if (!isAnything && !IsNothing(parts[i]))
            {
                return false;
            }
        }

        return isOpen;
    }

    // Checked before text is collected, because most expressions have a part that is not plain text.
    private static bool MayVary(IReadOnlyList<Re2Node> parts, int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            if (parts[i] is Re2Alternate or Re2NoMatch || (parts[i] is Re2Repeat repeat && repeat.Min != repeat.Max))
            {
                return true;
            }
        }

        return false;
    }

    private static IReadOnlyList<Re2Node> GetParts(Re2Node root)
    {
        while (root is Re2Capture capture)
        {
            root = capture.Body;
        }

        return root is Re2Concat concat ? concat.Parts : new[] { root };
    }

    private static void SkipAnchors(IReadOnlyList<Re2Node> parts, ref int first, ref int last)
    {
        while (first <= last && parts[first] is Re2Assertion { Kind: Re2AssertionKind.BeginText })
        {
            first++;
        }

        while (last >= first && parts[last] is Re2Assertion { Kind: Re2AssertionKind.EndText })
        {
            last--;
        }
    }

    private static bool IsAnything(Re2Node node) => node switch
    {
        Re2Capture capture => IsAnything(capture.Body),
        Re2Repeat { Min: 0, Max: -1, Body: Re2Class one } => CodePointSet.Universe.IsWithin(one.Set),
        Re2Repeat { Min: 0 } optional => IsAnything(optional.Body),
        _ => false,
    };

    private static bool IsNothing(Re2Node node) => node switch
    {
        Re2Literal { CodePoints: 0 } or Re2Repeat { Max: 0 } => true,
        Re2Capture capture => IsNothing(capture.Body),
        Re2Repeat repeat => IsNothing(repeat.Body),
        _ => false,
    };

    private static bool TryAppendExact(Re2Node node, StringBuilder text)
    {
        switch (node)
        {
            case Re2Literal literal:
                return Re2LiteralText.TryAdd(literal, text, fromEnd: false);
            case Re2Class one when one.Set.TryGetSingle(out var codePoint) && CodePointSet.Universe.Contains(codePoint):
                text.Append(char.ConvertFromUtf32(codePoint));
                return true;
            case Re2Capture capture:
                return TryAppendExact(capture.Body, text);
            case Re2Concat concat:
                return TryAppendExact(concat.Parts, text);
            case Re2Repeat repeat when repeat.Min == repeat.Max:
                var body = new StringBuilder();
                return TryAppendExact(repeat.Body, body) && TryAppendCopies(body.ToString(), repeat.Min, text);
            default:
                return false;
        }
    }

    private static bool TryAppendExact(Re2Node[] parts, StringBuilder text)
    {
        foreach (var part in parts)
        {
            if (!TryAppendExact(part, text))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryAppendCopies(string copy, int times, StringBuilder text)
    {
        for (var i = 0; i < times && copy.Length > 0; i++)
        {
            text.Append(copy);
            if (text.Length > Re2LiteralText.MaxLength)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Text collected from literals, forwards from the beginning or backwards from the end.</summary>
internal static class Re2LiteralText
{
    /// <summary>Longer literals are cut. The result stays valid, and nested repeats stay cheap.</summary>
    public const int MaxLength = 4096;

    /// <summary>Adds the code points of a literal up to the first that has case variants or is outside the universe; true when all were added.</summary>
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

        if (taken == source.Length)
        {
            Add(text, source, fromEnd);
            return true;
        }

        Add(text, fromEnd ? source.Substring(source.Length - taken) : source.Substring(0, taken), fromEnd);
        return false;
    }

    /// <summary>Appends a piece to the text, or prepends it when collecting backwards.</summary>
    public static void Add(StringBuilder text, string piece, bool fromEnd) =>
        text.Insert(fromEnd ? 0 : text.Length, piece);

    private static int WidthAt(string source, int taken, bool fromEnd) =>
        char.IsSurrogate(source[fromEnd ? source.Length - 1 - taken : taken]) ? 2 : 1;
}
