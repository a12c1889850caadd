using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>Decides from the syntax of an expression, without an automaton, how matched texts may begin.</summary>
internal static class Re2Beginnings
{
    /// <summary>Whether a text in which the expression matches begins with <paramref name="text"/>, which is ASCII.</summary>
    public static Certainty HasMatchThatBeginsWith(Re2Node root, string text)
    {
        if (text.Length > Re2TextWalk.MaxLength || !Re2Anchors.AtBegin(root))
        {
            return Certainty.Unknown;
        }

        // The expression may end before the text without an end anchor; then anything may follow.
        var walk = new Re2TextWalk(text);
        var mayEndBefore = walk.Follow(root, 1) != 0;
        return walk.IsOpen || (mayEndBefore && !walk.HasReadAll) ? Certainty.Unknown
            : !walk.HasReadAll ? Certainty.No
            : Re2Matches.CanBeCompleted(root, CodePointSet.Universe) ? Certainty.Yes
            : Certainty.Unknown;
    }

    /// <summary>
    /// The characters that may follow <paramref name="prefix"/>, the common beginning of all texts in which the
    /// expression matches. They separate most expressions: <c>^/item-1(/[a-z]+)?$</c> and <c>^/item-12$</c>.
    /// </summary>
    public static AsciiSet GetNext(string prefix, Re2Node root, LanguageBeginning beginning)
    {
        // A beginning has a place for each code point, and a walk for each UTF-16 character.
        var pairs = CountPairs(prefix);
        if (prefix.Length - pairs <= beginning.Places.Length)
        {
            return beginning.GetNext(prefix.Length - pairs);
        }

        if (pairs > 0 || prefix.Length > Re2TextWalk.MaxLength || !Re2Anchors.AtBegin(root))
        {
            return AsciiSet.All;
        }

        // If the expression ends without an end anchor, anything may follow.
        var walk = new Re2TextWalk(prefix);
        return walk.Follow(root, 1) != 0 || walk.IsOpen ? AsciiSet.All : walk.Next;
    }

    private static int CountPairs(string text)
    {
        var pairs = 0;
        foreach (var c in text)
        {
            pairs += char.IsHighSurrogate(c) ? 1 : 0;
        }

        return pairs;
    }
}

/// <summary>An answer from the syntax alone.</summary>
internal enum Certainty
{
    /// <summary>An automaton is needed.</summary>
    Unknown,

    /// <summary>Certainly not.</summary>
    No,

    /// <summary>Certainly.</summary>
    Yes,
}
