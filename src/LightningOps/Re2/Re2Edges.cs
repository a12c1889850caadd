using System;
using System.Text;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>The common beginning or ending of all matched texts, determined from the syntax without an automaton.</summary>
internal static class Re2Edges
{
    // Longer ends seldom recur.
    private const int MaxShared = 64;

    [ThreadStatic]
    private static StringBuilder? scratch;

    [ThreadStatic]
    private static char[]? characters;

    /// <summary>The common beginning of all texts in which the expression matches; possibly empty.</summary>
    public static string Prefix(Re2Node root) => Re2Anchors.AtBegin(root) ? Edge(root, fromEnd: false) : string.Empty;

    /// <summary>The common ending of all texts in which the expression matches; possibly empty.</summary>
    public static string Suffix(Re2Node root) => Re2Anchors.AtEnd(root) ? Edge(root, fromEnd: true) : string.Empty;

    private static string Edge(Re2Node node, bool fromEnd)
    {
        var text = scratch ??= new StringBuilder();
        text.Clear();
        CollectEdge(node, text, fromEnd);
        if (text.Length > MaxShared)
        {
            return text.ToString();
        }

        characters ??= new char[MaxShared];
        text.CopyTo(0, characters, 0, text.Length);
        return TextPool.Shared.Get(characters.AsSpan(0, text.Length));
    }

    // Adds the common beginning (ending) of all matches of the node to text; true when that is all the node can
    // match.
    private static bool CollectEdge(Re2Node node, StringBuilder text, bool fromEnd)
    {
        if (text.Length > Re2LiteralText.MaxLength)
        {
            return false;
        }

        switch (node)
        {
            case Re2Literal literal:
                return Re2LiteralText.TryAdd(literal, text, fromEnd);
            case Re2Class one when one.Set.TryGetSingle(out var codePoint) && CodePointSet.Universe.Contains(codePoint):
                Re2LiteralText.Add(text, char.ConvertFromUtf32(codePoint), fromEnd);
                return true;
            case Re2Assertion:
                return true;
            case Re2Capture capture:
                return CollectEdge(capture.Body, text, fromEnd);
            case Re2Concat concat:
                return CollectConcat(concat.Parts, 0, text, fromEnd);
            case Re2Alternate alternate:
                return CollectAlternate(alternate.Choices, text, fromEnd);
            case Re2Repeat repeat:
                return CollectRepeat(repeat, text, fromEnd);
            default:
                return false;
        }
    }

    private static bool CollectConcat(Re2Node[] parts, int first, StringBuilder text, bool fromEnd)
    {
        for (var i = first; i < parts.Length; i++)
        {
            var part = parts[fromEnd ? parts.Length - 1 - i : i];
            if (part is Re2Repeat { Min: 0, Max: not 0 } optional && !IsNothing(optional.Body))
            {
                CollectOptional(optional.Body, parts, i + 1, text, fromEnd);
                return false;
            }

            if (!CollectEdge(part, text, fromEnd))
            {
                return false;
            }
        }

        return true;
    }

    // All texts go on with the optional part or with the parts behind it: "/" for (?:/a)?/b.
    private static void CollectOptional(Re2Node body, Re2Node[] parts, int next, StringBuilder text, bool fromEnd)
    {
        var start = text.Length;
        CollectEdge(body, text, fromEnd);
        var with = text.Length - start;
        if (with > 0)
        {
            CollectConcat(parts, next, text, fromEnd);
        }

        var without = text.Length - start - with;
        var common = with == 0 || without == 0 ? string.Empty
            : fromEnd ? Common(text.ToString(without, with), text.ToString(0, without), fromEnd)
            : Common(text.ToString(start, with), text.ToString(start + with, without), fromEnd);
        text.Remove(fromEnd ? 0 : start, with + without);
        Re2LiteralText.Add(text, common, fromEnd);
    }

    private static bool CollectAlternate(Re2Node[] choices, StringBuilder text, bool fromEnd)
    {
        string? common = null;
        var isWhole = true;
        foreach (var choice in choices)
        {
            string other;
            if (choice is Re2Literal { FoldsCase: false } literal && CodePoints.AreVisible(literal.Text))
            {
                other = literal.Text;
            }
            else
            {
                var edge = new StringBuilder();
                isWhole &= CollectEdge(choice, edge, fromEnd);
                other = edge.ToString();
            }

            isWhole &= common is null || string.Equals(common, other, StringComparison.Ordinal);
            common = common is null ? other : Common(common, other, fromEnd);
            if (common.Length == 0 && !isWhole)
            {
                return false;
            }
        }

        Re2LiteralText.Add(text, common ?? string.Empty, fromEnd);
        return isWhole;
    }

    // Whether the node can only match the empty text.
    private static bool IsNothing(Re2Node node) => node switch
    {
        Re2Literal literal => literal.Text.Length == 0,
        Re2Assertion => true,
        Re2Capture capture => IsNothing(capture.Body),
        Re2Concat concat => Array.TrueForAll(concat.Parts, IsNothing),
        Re2Alternate alternate => Array.TrueForAll(alternate.Choices, IsNothing),
        Re2Repeat repeat => repeat.Max == 0 || IsNothing(repeat.Body),
        _ => false,
    };

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

        if (repeat.Min == 0)
        {
            return IsNothing(repeat.Body);
        }

        var edge = new StringBuilder();
        var isWhole = CollectEdge(repeat.Body, edge, fromEnd);

        var copy = edge.ToString();
        for (var i = 0; i < (isWhole && copy.Length > 0 ? repeat.Min : 1); i++)
        {
            Re2LiteralText.Add(text, copy, fromEnd);
            if (text.Length > Re2LiteralText.MaxLength)
            {
                return false;
            }
        }

        return isWhole && (repeat.Min == repeat.Max || copy.Length == 0);
    }
}
