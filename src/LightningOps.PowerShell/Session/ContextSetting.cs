namespace LightningOps.PowerShell.Session;

/// <summary>One setting of the session. A secret is shown as <c>set</c> or <c>not set</c>.</summary>
public sealed record ContextSetting
{
    /// <summary>Name, the parameter of Connect-LightningOps.</summary>
    public required string Name { get; init; }

    /// <summary>Effective value, or null.</summary>
    public string? Value { get; init; }

    /// <summary>Source of the value.</summary>
    public required SettingSource Source { get; init; }

    /// <summary>The environment variable of the setting.</summary>
    public required string Variable { get; init; }
}
