using System;
using System.Collections.Generic;

namespace LightningOps.Artifacts.Reports;

/// <summary>What a run did and how it ended, as every report tells it. No secret is in it, no time but those of the run.</summary>
public sealed record RunReport
{
    /// <summary>What ran, for example <c>Staging smoke</c>.</summary>
    public required string Title { get; init; }

    /// <summary>Whether everything that was to hold does.</summary>
    public required bool Ok { get; init; }

    /// <summary>How it ended, in one sentence.</summary>
    public required string Outcome { get; init; }

    /// <summary>Request it ran under, or null.</summary>
    public string? RequestId { get; init; }

    /// <summary>What else identifies it, in the order shown.</summary>
    public IReadOnlyList<ReportFact> Facts { get; init; } = Array.Empty<ReportFact>();

    /// <summary>What happened, in order: the lines of events.jsonl. A <see cref="RunEvent.Ts"/> of 0 is not known.</summary>
    public IReadOnlyList<RunEvent> Timeline { get; init; } = Array.Empty<RunEvent>();

    /// <summary>What was checked, and what was to be.</summary>
    public IReadOnlyList<ReportCheck> Checks { get; init; } = Array.Empty<ReportCheck>();

    /// <summary>What is sold.</summary>
    public IReadOnlyList<ReportRoute> Routes { get; init; } = Array.Empty<ReportRoute>();

    /// <summary>Money asked, allowed, paid and settled.</summary>
    public IReadOnlyList<ReportAmount> Money { get; init; } = Array.Empty<ReportAmount>();

    /// <summary>What went wrong; empty when nothing did.</summary>
    public IReadOnlyList<ReportFailure> Failures { get; init; } = Array.Empty<ReportFailure>();

    /// <summary>What the operator should know beside how it ended, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = Array.Empty<string>();

    /// <summary>What summary.json holds: a record of this module.</summary>
    public required object Summary { get; init; }
}
