namespace LightningOps;

/// <summary>A setting that is missing or malformed (<c>ConfigError</c> of docs/reference/environment.md#reading-a-variable).</summary>
public sealed class ConfigException : LightningOpsException
{
    /// <summary>Creates the failure for one setting.</summary>
    /// <param name="field">The environment variable or parameter concerned.</param>
    /// <param name="reason">For example <c>missing required environment variable</c>; never the value.</param>
    /// <param name="remedy">What to set; null gives the general advice.</param>
    public ConfigException(string field, string reason, string? remedy = null)
        : base("ConfigError", field + ": " + reason, remedy ?? "Set " + field + ", or pass the matching parameter of Connect-LightningOps.")
    {
        Field = field;
        Reason = reason;
    }

    /// <summary>The environment variable or parameter concerned.</summary>
    public string Field { get; }

    /// <summary>What is wrong with it, without its value.</summary>
    public string Reason { get; }
}
