namespace LightningOps.Compile.Languages;

/// <summary>Whether something matches without reading; the larger, the more readily.</summary>
internal enum Emptiness
{
    /// <summary>Every match reads something.</summary>
    Never,

    /// <summary>Where an assertion holds.</summary>
    OnCondition,

    /// <summary>Everywhere.</summary>
    Always,
}
