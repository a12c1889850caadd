namespace LightningOps.Compile.Languages;

/// <summary>The flags in force at a place of an expression, as far as they change what matches.</summary>
internal readonly record struct Re2Flags(bool FoldsCase, bool MultiLine, bool DotMatchesNewline)
{
    /// <summary>These flags with the one named by <paramref name="letter"/> (i, m, s or U) on or off.</summary>
    public Re2Flags With(char letter, bool isOn) => letter switch
    {
        'i' => this with { FoldsCase = isOn },
        'm' => this with { MultiLine = isOn },
        's' => this with { DotMatchesNewline = isOn },
        _ => this,
    };
}
