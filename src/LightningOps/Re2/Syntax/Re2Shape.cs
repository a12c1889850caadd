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

/// <summary>Determines from the syntax that an expression has a match.</summary>
internal static class Re2Matches
{
    /// <summary>
    /// True only when the expression matches a text of the universe; false when it may match none: for a condition inside,
    /// or characters outside of the universe.
    /// </summary>
    public static bool Exist(Re2Node root, CodePointSet universe) => Exist(root, universe, atBegin: true, atEnd: true);

    /// <summary>
    /// True only when each beginning of a match can be completed to a whole one: no condition is inside, and each part matches a text of
    /// the universe.
    /// </summary>
    public static bool CanBeCompleted(Re2Node root, CodePointSet universe)
    {
        if (root is not Re2Concat concat)
        {
            return IsFree(root, universe);
        }

        int first = 0, last = concat.Parts.Length - 1;
        first += concat.Parts[0] is Re2Assertion { Kind: Re2AssertionKind.BeginText } ? 1 : 0;
        last -= concat.Parts[last] is Re2Assertion { Kind: Re2AssertionKind.EndText } ? 1 : 0;
        for (var i = first; i <= last; i++)
        {
            if (!IsFree(concat.Parts[i], universe))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsFree(Re2Node node, CodePointSet universe) => node switch
    {
        Re2Literal literal => CodePoints.AreIn(literal.Text, universe),
        Re2Class one => one.Set.Meets(universe),
        Re2Capture capture => IsFree(capture.Body, universe),
        Re2Repeat repeat => IsFree(repeat.Body, universe),
        Re2Concat concat => AreFree(concat.Parts, universe),
        Re2Alternate alternate => AreFree(alternate.Choices, universe),
        _ => false,
    };

    private static bool AreFree(Re2Node[] parts, CodePointSet universe)
    {
        foreach (var part in parts)
        {
            if (!IsFree(part, universe))
            {
                return false;
            }
        }

        return true;
    }

    // A whole text that the node matches, where nothing is before it or after it.
    private static bool Exist(Re2Node node, CodePointSet universe, bool atBegin, bool atEnd) => node switch
    {
        Re2Literal literal => CodePoints.AreIn(literal.Text, universe),
        Re2Class one => one.Set.Meets(universe),
        Re2Assertion assertion => assertion.Kind switch
        {
            Re2AssertionKind.BeginText => atBegin,
            Re2AssertionKind.EndText => atEnd,
            _ => false,
        },
        Re2Capture capture => Exist(capture.Body, universe, atBegin, atEnd),
        Re2Repeat { Min: 0 } => true,
        Re2Repeat { Min: 1 } repeat => Exist(repeat.Body, universe, atBegin, atEnd),
        Re2Repeat repeat => Exist(repeat.Body, universe, atBegin: false, atEnd: false),
        Re2Alternate alternate => Exist(alternate, universe, atBegin, atEnd),
        Re2Concat concat => Exist(concat, universe, atBegin, atEnd),
        _ => false,
    };

    private static bool Exist(Re2Alternate alternate, CodePointSet universe, bool atBegin, bool atEnd)
    {
        foreach (var choice in alternate.Choices)
        {
            if (Exist(choice, universe, atBegin, atEnd))
            {
                return true;
            }
        }

        return false;
    }

    // Only conditions precede a part at the begin, and only conditions follow one at the end.
    private static bool Exist(Re2Concat concat, CodePointSet universe, bool atBegin, bool atEnd)
    {
        var parts = concat.Parts;
        var last = parts.Length - 1;
        while (last > 0 && parts[last] is Re2Assertion)
        {
            last--;
        }

        for (var i = 0; i < parts.Length; i++)
        {
            if (!Exist(parts[i], universe, atBegin, atEnd && i >= last))
            {
                return false;
            }

            atBegin &= parts[i] is Re2Assertion;
        }

        return true;
    }
}
