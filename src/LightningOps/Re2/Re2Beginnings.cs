using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>Decides from the syntax of an expression, without an automaton, whether a matched text may begin with another text.</summary>
internal static class Re2Beginnings
{
    /// <summary>
    /// False only when no text in which the expression matches begins with <paramref name="text"/>, which is ASCII;
    /// true when one does or may.
    /// </summary>
    public static bool MayBeginWith(Re2Node root, string text)
    {
        if (text.Length > Re2TextWalk.MaxLength || !Re2Anchors.AtBegin(root))
        {
            return true;
        }

        // The expression may end before the text without an end anchor; then anything may follow.
        var walk = new Re2TextWalk(text);
        return walk.Follow(root, 1) != 0 || walk.HasReadAll || walk.IsOpen;
    }
}
