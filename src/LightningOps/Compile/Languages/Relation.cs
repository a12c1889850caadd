namespace LightningOps.Compile.Languages;

/// <summary>How one language stands to another.</summary>
internal enum Relation
{
    /// <summary>No string is in both (and not both are empty).</summary>
    Disjoint,

    /// <summary>The same strings.</summary>
    Equal,

    /// <summary>Every string of the first is in the second, which has more.</summary>
    Inside,

    /// <summary>Every string of the second is in the first, which has more.</summary>
    Contains,

    /// <summary>Some strings are in both, and each has strings the other has not.</summary>
    Overlaps,

    /// <summary>One of them cannot be analyzed, or the budget ran out.</summary>
    Unknown,
}
