using System;

namespace LightningOps.Re2.Syntax;

/// <summary>
/// A node of a parsed expression. Shapes follow Go's regexp/syntax: adjacent literals are one node, a concatenation
/// never contains a concatenation, an alternation never an alternation. So <see cref="Height" /> and <see cref="Size"
/// /> count like Go's limits, and recursion over a tree is never deeper than 1,000.
/// </summary>
internal abstract class Re2Node
{
    private protected Re2Node(int height, long size, int repeatProduct)
    {
        Height = height;
        Size = size;
        RepeatProduct = repeatProduct;
    }

    /// <summary>Number of nodes on the longest path down, including this one.</summary>
    public int Height { get; }

    /// <summary>Go's estimate of the compiled size, in instructions.</summary>
    public long Size { get; }

    /// <summary>The largest product of nested counted repeats at or under this node.</summary>
    public int RepeatProduct { get; }
}

/// <summary>Matches nothing, not even the empty string.</summary>
internal sealed class Re2NoMatch() : Re2Node(1, 1, 1);

/// <summary>A run of code points; under the <c>i</c> flag each also matches its case variants.</summary>
internal sealed class Re2Literal(string text, bool foldsCase, int codePoints) : Re2Node(1, Math.Max(1, codePoints), 1)
{
    /// <summary>The text, well-formed UTF-16 except for escapes such as \x{D800}. May be empty.</summary>
    public string Text { get; } = text;

    /// <summary>True when case variants match as well.</summary>
    public bool FoldsCase { get; } = foldsCase;

    /// <summary>Number of code points in <see cref="Text" />.</summary>
    public int CodePoints { get; } = codePoints;
}

/// <summary>One code point out of a set.</summary>
internal sealed class Re2Class(CodePointSet set) : Re2Node(1, 1, 1)
{
    /// <summary>The matching code points, from all of Unicode.</summary>
    public CodePointSet Set { get; } = set;
}

/// <summary>A condition on a position.</summary>
internal sealed class Re2Assertion : Re2Node
{
    private Re2Assertion(Re2AssertionKind kind)
        : base(1, 1, 1) => Kind = kind;

    /// <summary>Which condition.</summary>
    public Re2AssertionKind Kind { get; }

    /// <summary>The node of each kind.</summary>
    public static Re2Assertion Get(Re2AssertionKind kind) => All[(int)kind];

    private static readonly Re2Assertion[] All =
    {
        new(Re2AssertionKind.BeginText),
        new(Re2AssertionKind.EndText),
        new(Re2AssertionKind.BeginLine),
        new(Re2AssertionKind.EndLine),
        new(Re2AssertionKind.WordBoundary),
        new(Re2AssertionKind.NoWordBoundary),
    };
}

/// <summary>The conditions on a position.</summary>
internal enum Re2AssertionKind
{
    /// <summary><c>^</c> or <c>\A</c>.</summary>
    BeginText,

    /// <summary><c>$</c> or <c>\z</c>.</summary>
    EndText,

    /// <summary><c>^</c> under the <c>m</c> flag.</summary>
    BeginLine,

    /// <summary><c>$</c> under the <c>m</c> flag.</summary>
    EndLine,

    /// <summary><c>\b</c>, of ASCII words.</summary>
    WordBoundary,

    /// <summary><c>\B</c>.</summary>
    NoWordBoundary,
}

/// <summary>A capturing group.</summary>
internal sealed class Re2Capture(Re2Node body) : Re2Node(body.Height + 1, body.Size + 2, body.RepeatProduct)
{
    /// <summary>The captured node.</summary>
    public Re2Node Body { get; } = body;
}

/// <summary>A repeat: <c>* + ?</c> or counted.</summary>
internal sealed class Re2Repeat : Re2Node
{
    /// <summary>A repeat of <paramref name="body"/>, from <paramref name="min"/> to <paramref name="max"/> times.</summary>
    public Re2Repeat(Re2Node body, int min, int max, bool counted)
        : base(body.Height + 1, ComputeSize(body, min, max, counted), ComputeProduct(body, min, max, counted))
    {
        Body = body;
        Min = min;
        Max = max;
        IsCounted = counted;
    }

    /// <summary>Whether it is written with braces.</summary>
    public bool IsCounted { get; }

    /// <summary>The repeated node.</summary>
    public Re2Node Body { get; }

    /// <summary>Minimum count.</summary>
    public int Min { get; }

    /// <summary>Maximum count; -1 for any number.</summary>
    public int Max { get; }

    private static long ComputeSize(Re2Node body, int min, int max, bool counted)
    {
        if (!counted)
        {
            return body.Size + (max < 0 && min == 0 ? 2 : 1);
        }

        if (max < 0)
        {
            return min == 0 ? body.Size + 2 : 1 + (min * body.Size);
        }

        return Math.Max(1, (max * body.Size) + max - min);
    }

    private static int ComputeProduct(Re2Node body, int min, int max, bool counted)
    {
        if (!counted)
        {
            return body.RepeatProduct;
        }

        if (max == 0)
        {
            return 1;
        }

        var factor = Math.Max(1, max < 0 ? min : max);
        return (int)Math.Min(1_000_000L, (long)factor * body.RepeatProduct);
    }
}

/// <summary>A sequence of two or more parts.</summary>
internal sealed class Re2Concat(Re2Node[] parts) : Re2Node(Re2Parts.Height(parts), Re2Parts.Size(parts), Re2Parts.Product(parts))
{
    /// <summary>The parts in order.</summary>
    public Re2Node[] Parts { get; } = parts;
}

/// <summary>A choice of two or more.</summary>
internal sealed class Re2Alternate(Re2Node[] choices)
    : Re2Node(Re2Parts.Height(choices), Re2Parts.Size(choices) + choices.Length - 1, Re2Parts.Product(choices))
{
    /// <summary>The choices in order.</summary>
    public Re2Node[] Choices { get; } = choices;
}

/// <summary>Totals over the children of a node.</summary>
internal static class Re2Parts
{
    /// <summary>One more than the highest child.</summary>
    public static int Height(Re2Node[] parts)
    {
        var height = 0;
        foreach (var part in parts)
        {
            height = Math.Max(height, part.Height);
        }

        return height + 1;
    }

    /// <summary>The sum of the children's sizes.</summary>
    public static long Size(Re2Node[] parts)
    {
        long size = 0;
        foreach (var part in parts)
        {
            size += part.Size;
        }

        return size;
    }

    /// <summary>The largest repeat product of a child.</summary>
    public static int Product(Re2Node[] parts)
    {
        var product = 1;
        foreach (var part in parts)
        {
            product = Math.Max(product, part.RepeatProduct);
        }

        return product;
    }
}
