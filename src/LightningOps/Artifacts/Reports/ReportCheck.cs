using System;

namespace LightningOps.Artifacts.Reports;

/// <summary>One check of a run.</summary>
/// <param name="Name">What is checked, for people.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record ReportCheck(string Name, CheckOutcome Outcome)
{
    /// <summary>Why it failed or was not made, or what it found.</summary>
    public string? Reason { get; init; }

    /// <summary>How long it took, where that is known.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>A check that was made.</summary>
    /// <param name="name">What is checked.</param>
    /// <param name="holds">Whether it holds.</param>
    /// <param name="reason">Why it does not, or what it found.</param>
    public static ReportCheck Made(string name, bool holds, string? reason = null) =>
        new(name, holds ? CheckOutcome.Passed : CheckOutcome.Failed) { Reason = reason };

    /// <summary>A check that was not made.</summary>
    /// <param name="name">What was to be checked.</param>
    /// <param name="reason">Why it was not.</param>
    public static ReportCheck NotMade(string name, string reason) => new(name, CheckOutcome.NotMade) { Reason = reason };
}
