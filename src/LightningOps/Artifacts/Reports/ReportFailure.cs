namespace LightningOps.Artifacts.Reports;

/// <summary>Something that went wrong.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Reason">Why, for people, without a secret.</param>
public sealed record ReportFailure(string Code, string? Reason)
{
    /// <summary>Where it went wrong, or null.</summary>
    public string? Where { get; init; }

    /// <summary>What to do about it, or null.</summary>
    public string? Remedy { get; init; }
}
