using System;
using System.Collections.Generic;
using System.Text;

namespace LightningOps.Compile.Languages;

/// <summary>
/// Literal text read off the syntax of an expression, without an automaton: what every matched text begins or ends
/// with, and whether the expression is plain text or plain text and then anything.
/// </summary>
internal static class Re2Literals
{
    // Longer literals are cut: still true, and repeats of repeats stay cheap.
    private const int MaxLength = 4096;

    /// <summary>What every text begins with in which the expression matches; possibly empty.</summary>
    public static string Prefix(Re2Node root) => Re2Anchors.AtBegin(root) ? Edge(root, fromEnd: false) : string.Empty;

    /// <summary>What every text ends with in which the expression matches; possibly empty.</summary>
    public static string Suffix(Re2Node root) => Re2Anchors.AtEnd(root) ? Edge(root, fromEnd: true) : string.Empty;

    /// <summary>True when the expression is <c>^text$</c>, however its text is written.</summary>
    public static bool TryGetWhole(Re2Node root, out string text)
    {
        var parts = PartsOf(root);
        int first = 0, last = parts.Count - 1;
        SkipAnchors(parts, ref first, ref last);
        var builder = new StringBuilder();
        var isWhole = first > 0 && last < parts.Count - 1;
        for (var i = first; isWhole && i <= last; i++)
        {
            isWhole = TryAppendExact(parts[i], builder);
        }

        text = isWhole ? builder.ToString() : string.Empty;
        return isWhole;
    }

    /// <summary>
    /// True when the expression is <c>^text</c> and then anything, in one of the ways to say so: <c>^text</c>,
    /// <c>^text.*</c>, <c>^text.*$</c>, <c>^text(?s:.*)$</c>.
    /// </summary>
    public static bool TryGetOpenEnded(Re2Node root, out string text)
    {
        var parts = PartsOf(root);
        int first = 0, last = parts.Count - 1;
        SkipAnchors(parts, ref first, ref last);
        var isHeldAtEnd = last < parts.Count - 1;
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

    private static IReadOnlyList<Re2Node> PartsOf(Re2Node root)
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
        Re2Repeat { Min: 0, Max: -1, Body: Re2Class one } =>
            one.Set.Intersect(CodePointSet.Universe).Equals(CodePointSet.Universe),
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
                return TryAppendUnfolded(literal, text, fromEnd: false);
            case Re2Class one when one.Set.TryGetSingle(out var codePoint) && CodePointSet.Universe.Contains(codePoint):
                text.Append(char.ConvertFromUtf32(codePoint));
                return true;
            case Re2Capture capture:
                return TryAppendExact(capture.Body, text);
            case Re2Concat concat:
                return Array.TrueForAll(concat.Parts, part => TryAppendExact(part, text));
            case Re2Repeat repeat when repeat.Min == repeat.Max:
                var body = new StringBuilder();
                return TryAppendExact(repeat.Body, body) && TryAppendCopies(body.ToString(), repeat.Min, text);
            default:
                return false;
        }
    }

    private static bool TryAppendCopies(string copy, int times, StringBuilder text)
    {
        for (var i = 0; i < times && copy.Length > 0; i++)
        {
            text.Append(copy);
            if (text.Length > MaxLength)
            {
                return false;
            }
        }

        return true;
    }

    // Adds the code points of a literal up to the first that has case variants or is outside the universe; true
    // when that was all of them.
    private static bool TryAppendUnfolded(Re2Literal literal, StringBuilder text, bool fromEnd)
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

    private static int WidthAt(string source, int taken, bool fromEnd) =>
        char.IsSurrogate(source[fromEnd ? source.Length - 1 - taken : taken]) ? 2 : 1;

    private static void Add(StringBuilder text, string piece, bool fromEnd) =>
        text.Insert(fromEnd ? 0 : text.Length, piece);

    private static string Edge(Re2Node node, bool fromEnd)
    {
        var text = new StringBuilder();
        CollectEdge(node, text, fromEnd);
        return text.ToString();
    }

    // Adds to text what every match of the node begins (ends) with; true when that is all the node can match.
    private static bool CollectEdge(Re2Node node, StringBuilder text, bool fromEnd)
    {
        if (text.Length > MaxLength)
        {
            return false;
        }

        switch (node)
        {
            case Re2Literal literal:
                return TryAppendUnfolded(literal, text, fromEnd);
            case Re2Class one when one.Set.TryGetSingle(out var codePoint) && CodePointSet.Universe.Contains(codePoint):
                Add(text, char.ConvertFromUtf32(codePoint), fromEnd);
                return true;
            case Re2Assertion:
                return true;
            case Re2Capture capture:
                return CollectEdge(capture.Body, text, fromEnd);
            case Re2Concat concat:
                return CollectConcat(concat.Parts, text, fromEnd);
            case Re2Alternate alternate:
                return CollectAlternate(alternate.Choices, text, fromEnd);
            case Re2Repeat repeat:
                return CollectRepeat(repeat, text, fromEnd);
            default:
                return false;
        }
    }

    private static bool CollectConcat(Re2Node[] parts, StringBuilder text, bool fromEnd)
    {
        for (var i = 0; i < parts.Length; i++)
        {
            if (!CollectEdge(parts[fromEnd ? parts.Length - 1 - i : i], text, fromEnd))
            {
                return false;
            }
        }

        return true;
    }

    private static bool CollectAlternate(Re2Node[] choices, StringBuilder text, bool fromEnd)
    {
        string? common = null;
        var isWhole = true;
        foreach (var choice in choices)
        {
            var edge = new StringBuilder();
            isWhole &= CollectEdge(choice, edge, fromEnd);
            var other = edge.ToString();
            isWhole &= common is null || string.Equals(common, other, StringComparison.Ordinal);
            common = common is null ? other : Common(common, other, fromEnd);
            if (common.Length == 0 && !isWhole)
            {
                return false;
            }
        }

        Add(text, common ?? string.Empty, fromEnd);
        return isWhole;
    }

    private static string Common(string a, string b, bool fromEnd)
    {
        var length = 0;
        var limit = Math.Min(a.Length, b.Length);
        while (length < limit && (fromEnd
            ? a[a.Length - 1 - length] == b[b.Length - 1 - length]
            : a[length] == b[length]))
        {
            length++;
        }

        // Never half a surrogate pair.
        if (length > 0 && (fromEnd
            ? char.IsLowSurrogate(a[a.Length - length])
            : char.IsHighSurrogate(a[length - 1])))
        {
            length--;
        }

        return fromEnd ? a.Substring(a.Length - length) : a.Substring(0, length);
    }

    private static bool CollectRepeat(Re2Repeat repeat, StringBuilder text, bool fromEnd)
    {
        if (repeat.Max == 0)
        {
            return true;
        }

        var edge = new StringBuilder();
        var isWhole = CollectEdge(repeat.Body, edge, fromEnd);
        if (repeat.Min == 0)
        {
            return isWhole && edge.Length == 0;
        }

        var copy = edge.ToString();
        for (var i = 0; i < (isWhole && copy.Length > 0 ? repeat.Min : 1); i++)
        {
            Add(text, copy, fromEnd);
            if (text.Length > MaxLength)
            {
                return false;
            }
        }

        return isWhole && (repeat.Min == repeat.Max || copy.Length == 0);
    }
}
