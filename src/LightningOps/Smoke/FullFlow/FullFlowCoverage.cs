using System.Collections.Generic;

namespace LightningOps.Smoke.FullFlow;

/// <summary>How many of the checks were made and passed.</summary>
public sealed record FullFlowCoverage
{
    /// <summary>How many there are.</summary>
    public required int TotalChecks { get; init; }

    /// <summary>How many passed.</summary>
    public required int PassedChecks { get; init; }

    /// <summary>Those that did not pass.</summary>
    public required IReadOnlyList<string> FailedChecks { get; init; }

    /// <summary>Those that were not made because one before them failed; null when all were made.</summary>
    public IReadOnlyList<string>? ChecksNotMade { get; init; }
}
