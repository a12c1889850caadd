namespace LightningOps.Gateway;

/// <summary>How a check ended.</summary>
public enum ProbeOutcome
{
    /// <summary>Made and good.</summary>
    Passed,

    /// <summary>Made and bad.</summary>
    Failed,

    /// <summary>Not made; never to be reported as passed.</summary>
    Skipped,
}
