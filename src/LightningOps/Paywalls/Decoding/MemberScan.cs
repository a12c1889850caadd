using System.Collections.Generic;

namespace LightningOps.Paywalls.Decoding;

/// <summary>One pass over the members of an object: the current one and those seen.</summary>
internal struct MemberScan
{
    private uint seen;
    private uint named;
    private uint repeated;

    public MemberScan(MemberNames names) => Names = names;

    public MemberNames Names { get; }

    /// <summary>The current member, an index into <see cref="Names" />.</summary>
    public int Current { get; private set; }

    /// <summary>Probable index of the next member.</summary>
    public int Expected { get; private set; }

    /// <summary>Whether the member was present and not null.</summary>
    public readonly bool Has(int member) => (seen & (1u << member)) != 0;

    /// <summary>Whether the member was repeated, with any values.</summary>
    public readonly bool IsRepeated(int member) => (repeated & (1u << member)) != 0;

    /// <summary>Records that the member is present, even as null.</summary>
    public void Meet(int member)
    {
        var bit = 1u << member;
        repeated |= named & bit;
        named |= bit;
    }

    public void MoveTo(int member)
    {
        Current = member;
        Expected = member + 1;
        seen |= 1u << member;
    }

    /// <summary>The missing required members, in the contract's order.</summary>
    public readonly List<string> GetMissing()
    {
        var names = new List<string>();
        var missing = Names.Required & ~seen;
        for (var member = 0; missing != 0; member++, missing >>= 1)
        {
            if ((missing & 1) != 0)
            {
                names.Add(Names[member]);
            }
        }

        return names;
    }

    /// <summary>Whether a required member is missing.</summary>
    public readonly bool IsIncomplete => (Names.Required & ~seen) != 0;
}
