using System;

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

    /// <summary>Name, value and source. A context that travels to another process is often cut to these texts.</summary>
    public override string ToString() => Name + " = " + Value + " (" + Source + ")";

    /// <summary>Reads what <see cref="ToString" /> wrote; null if it is another text.</summary>
    internal static (string Name, string Value, SettingSource Source)? TryParse(string text)
    {
        var value = text.IndexOf(" = ", StringComparison.Ordinal);
        var source = text.LastIndexOf(" (", StringComparison.Ordinal);
        return value > 0 && source >= value + 3 && text.EndsWith(")", StringComparison.Ordinal) && Enum.TryParse<SettingSource>(text.Substring(source + 2, text.Length - source - 3), out var kind)
            ? (text.Substring(0, value), text.Substring(value + 3, source - value - 3), kind)
            : null;
    }
}
