using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// The characters that may follow the common beginning of all matched texts, determined from the syntax. This
/// separates most expressions without an automaton (<c>^/item-1(/[a-z]+)?$</c> and <c>^/item-12$</c>).
/// </summary>
internal readonly struct Re2Continuation
{
    // One bit per ASCII character; all others count as possible.
    private readonly ulong low;
    private readonly ulong high;
    private readonly bool isKnown;

    private Re2Continuation(ulong low, ulong high)
    {
        this.low = low;
        this.high = high;
        isKnown = true;
    }

    /// <summary>
    /// The characters that may follow <paramref name="prefix"/>, the common beginning of all texts in which the
    /// expression matches.
    /// </summary>
    public static Re2Continuation After(string prefix, Re2Node root)
    {
        if (prefix.Length is 0 or > Re2TextWalk.MaxLength || !Re2Anchors.AtBegin(root))
        {
            return default;
        }

        var walk = new Re2TextWalk(prefix);
        var left = walk.Follow(root, 1);

        // If the expression ends without an end anchor, anything may follow.
        return left != 0 || walk.IsOpen ? default : new Re2Continuation(walk.Low, walk.High);
    }

    /// <summary>False only when no matched text continues with <paramref name="next"/>.</summary>
    public bool MayBe(char next) => !isKnown || next >= 0x80 || ((next < 0x40 ? low >> next : high >> (next - 0x40)) & 1) != 0;
}
