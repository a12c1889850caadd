using System;

namespace LightningOps;

/// <summary>
/// A failure from which the caller cannot continue. <see cref="Tag" /> is stable and becomes the
/// FullyQualifiedErrorId of the failing cmdlet. No member ever contains a secret.
/// </summary>
public abstract class LightningOpsException : Exception
{
    /// <summary>Creates a failure with its stable tag, a message and the remedy.</summary>
    /// <param name="tag">Stable name of the failure, for example <c>ControlPlaneTransportError</c>.</param>
    /// <param name="message">What happened, naming the member; control characters are escaped (<see cref="TerminalText" />).</param>
    /// <param name="remedy">The recommended action.</param>
    /// <param name="inner">The cause, if another exception is.</param>
    protected LightningOpsException(string tag, string message, string remedy, Exception? inner = null)
        : base(TerminalText.Clean(message), inner)
    {
        Tag = tag;
        Remedy = TerminalText.Clean(remedy);
    }

    /// <summary>Stable name of the failure, used as the error id.</summary>
    public string Tag { get; }

    /// <summary>The recommended action.</summary>
    public string Remedy { get; }
}

/// <summary>A setting that is missing or malformed (<c>ConfigError</c> of docs/reference/environment.md#reading-a-variable).</summary>
public sealed class ConfigException : LightningOpsException
{
    /// <summary>Creates the failure for one setting.</summary>
    /// <param name="field">The environment variable or parameter.</param>
    /// <param name="reason">For example <c>missing required environment variable</c>; never the value.</param>
    /// <param name="remedy">What to set; null for the general advice.</param>
    public ConfigException(string field, string reason, string? remedy = null)
        : base("ConfigError", field + ": " + reason, remedy ?? "Set " + field + ", or pass the matching parameter of Connect-LightningOps.")
    {
        Field = field;
        Reason = reason;
    }

    /// <summary>The environment variable or parameter.</summary>
    public string Field { get; }

    /// <summary>The reason, without the value.</summary>
    public string Reason { get; }
}
