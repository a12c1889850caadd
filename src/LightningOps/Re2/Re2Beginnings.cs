using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>Decides from the syntax of an expression, without an automaton, how matched texts may begin.</summary>
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

    /// <summary>
    /// The characters that may follow <paramref name="prefix"/>, the common beginning of all texts in which the
    /// expression matches. They separate most expressions: <c>^/item-1(/[a-z]+)?$</c> and <c>^/item-12$</c>.
    /// </summary>
    public static AsciiSet GetNext(string prefix, Re2Node root, LanguageBeginning beginning)
    {
        if (prefix.Length <= beginning.Places.Length)
        {
            return beginning.GetNext(prefix.Length);
        }

        if (prefix.Length > Re2TextWalk.MaxLength || !Re2Anchors.AtBegin(root))
        {
            return AsciiSet.All;
        }

        // If the expression ends without an end anchor, anything may follow.
        var walk = new Re2TextWalk(prefix);
        return walk.Follow(root, 1) != 0 || walk.IsOpen ? AsciiSet.All : walk.Next;
    }
}
