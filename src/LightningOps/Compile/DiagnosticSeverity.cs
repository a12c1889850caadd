namespace LightningOps.Compile;

/// <summary>How grave a diagnostic is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Worth a look: the artifact is valid all the same.</summary>
    Warn,

    /// <summary>There is no artifact.</summary>
    Error,
}
