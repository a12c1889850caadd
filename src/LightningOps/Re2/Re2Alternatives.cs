using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>Finds, in the syntax of an expression, an alternative that no text with a given first character matches.</summary>
internal static class Re2Alternatives
{
    /// <summary>
    /// The first of the outermost alternatives that must match at the beginning of the text and cannot begin with <paramref name="first" />;
    /// null if there is none, or the syntax alone does not tell.
    /// </summary>
    /// <param name="root">The expression.</param>
    /// <param name="first">The first character of every text, in ASCII.</param>
    public static Re2Node? FindWithout(Re2Node root, char first)
    {
        var isAnchored = false;
        if (SkipBegin(root, ref isAnchored) is not Re2Alternate alternate)
        {
            return null;
        }

        foreach (var choice in alternate.Choices)
        {
            if (IsWithout(choice, first, isAnchored))
            {
                return choice;
            }
        }

        return null;
    }

    /// <summary>The literal text that an alternative begins with; null for another beginning.</summary>
    public static string? FindText(Re2Node alternative)
    {
        var isAnchored = false;
        return SkipBegin(alternative, ref isAnchored) is Re2Literal { Text.Length: > 0 } literal ? literal.Text : null;
    }

    private static bool IsWithout(Re2Node alternative, char first, bool isAnchored)
    {
        switch (SkipBegin(alternative, ref isAnchored))
        {
            case Re2Literal { Text.Length: > 0 } literal:
                return isAnchored && literal.Text[0] != first;
            case Re2Class one:
                return isAnchored && !one.Set.Contains(first);
            case Re2Repeat { Min: > 0 } repeat:
                return IsWithout(repeat.Body, first, isAnchored);
            case Re2Alternate inner:
                foreach (var choice in inner.Choices)
                {
                    if (!IsWithout(choice, first, isAnchored))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return false;
        }
    }

    // The first node that matches characters, and whether it must match at the beginning of the text.
    private static Re2Node? SkipBegin(Re2Node node, ref bool isAnchored)
    {
        for (; ; )
        {
            switch (node)
            {
                case Re2Capture capture:
                    node = capture.Body;
                    break;
                case Re2Concat concat:
                    var i = 0;
                    while (i < concat.Parts.Length && concat.Parts[i] is Re2Assertion { Kind: Re2AssertionKind.BeginText })
                    {
                        isAnchored = true;
                        i++;
                    }

                    if (i == concat.Parts.Length)
                    {
                        return null;
                    }

                    node = concat.Parts[i];
                    break;
                default:
                    return node;
            }
        }
    }
}
