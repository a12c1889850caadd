using System;
using System.Linq;

namespace LightningOps.Re2.Syntax;

/// <summary>Determines from the syntax whether every match of an expression is anchored at an end of the text.</summary>
internal static class Re2Anchors
{
    /// <summary>True when every match begins at the start of the text.</summary>
    public static bool AtBegin(Re2Node node) => IsHeld(node, Re2AssertionKind.BeginText, fromEnd: false);

    /// <summary>True when every match ends at the end of the text.</summary>
    public static bool AtEnd(Re2Node node) => IsHeld(node, Re2AssertionKind.EndText, fromEnd: true);

    /// <summary>True when a condition on a position occurs elsewhere than at the two ends, or a part never matches.</summary>
    public static bool AreInside(Re2Node root)
    {
        if (root is not Re2Concat concat)
        {
            return Occur(root);
        }

        int first = 0, last = concat.Parts.Length - 1;
        first += concat.Parts[0] is Re2Assertion { Kind: Re2AssertionKind.BeginText } ? 1 : 0;
        last -= concat.Parts[last] is Re2Assertion { Kind: Re2AssertionKind.EndText } ? 1 : 0;
        for (var i = first; i <= last; i++)
        {
            if (Occur(concat.Parts[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Occur(Re2Node node) => node switch
    {
        Re2Assertion or Re2NoMatch or Re2Class { Set.IsEmpty: true } => true,
        Re2Capture capture => Occur(capture.Body),
        Re2Repeat repeat => Occur(repeat.Body),
        Re2Concat concat => Array.Exists(concat.Parts, Occur),
        Re2Alternate alternate => Array.Exists(alternate.Choices, Occur),
        _ => false,
    };

    private static bool IsHeld(Re2Node node, Re2AssertionKind anchor, bool fromEnd) => node switch
    {
        Re2NoMatch => true,
        Re2Assertion assertion => assertion.Kind == anchor,
        Re2Capture capture => IsHeld(capture.Body, anchor, fromEnd),
        Re2Repeat repeat => repeat.Min > 0 && IsHeld(repeat.Body, anchor, fromEnd),
        Re2Alternate alternate => AreHeld(alternate.Choices, anchor, fromEnd),
        Re2Concat concat => IsHeld(concat.Parts, anchor, fromEnd),
        _ => false,
    };

    private static bool AreHeld(Re2Node[] choices, Re2AssertionKind anchor, bool fromEnd)
    {
        foreach (var choice in choices)
        {
            if (!IsHeld(choice, anchor, fromEnd))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsHeld(Re2Node[] parts, Re2AssertionKind anchor, bool fromEnd)
    {
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[fromEnd ? parts.Length - 1 - i : i];
            if (IsHeld(part, anchor, fromEnd))
            {
                return true;
            }

            if (part is not Re2Assertion and not Re2Literal { Text.Length: 0 })
            {
                return false;
            }
        }

        return false;
    }
}

/// <summary>Determines from the syntax whether a part of an expression may match without reading anything.</summary>
internal static class Re2Emptiness
{
    /// <summary>Emptiness of a part.</summary>
    public static Emptiness Analyze(Re2Node node) => node switch
    {
        Re2Literal literal => literal.CodePoints == 0 ? Emptiness.Always : Emptiness.Never,
        Re2Class or Re2NoMatch => Emptiness.Never,
        Re2Capture capture => Analyze(capture.Body),
        Re2Repeat repeat => repeat.Min == 0 ? Emptiness.Always : Analyze(repeat.Body),
        Re2Concat concat => (Emptiness)concat.Parts.Min(static part => (int)Analyze(part)),
        Re2Alternate alternate => (Emptiness)alternate.Choices.Max(static choice => (int)Analyze(choice)),
        _ => Emptiness.OnCondition,
    };
}
