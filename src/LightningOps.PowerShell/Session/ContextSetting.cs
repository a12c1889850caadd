namespace LightningOps.PowerShell.Session;

/// <summary>One setting as it stands in the session. A secret is told as <c>set</c> or <c>not set</c>.</summary>
public sealed record ContextSetting
{
    /// <summary>Name, the parameter of Connect-LightningOps.</summary>
    public required string Name { get; init; }

    /// <summary>Value in force; null when there is none.</summary>
    public string? Value { get; init; }

    /// <summary>Where it comes from.</summary>
    public required SettingSource Source { get; init; }

    /// <summary>The environment variable of the setting.</summary>
    public required string Variable { get; init; }
}
