using System;
using System.Collections.Generic;

namespace LightningOps.Artifacts.Reports;

/// <summary>
/// The events and the outcome of a run, as the source of every report. It contains no secret and no time except those
/// of the run.
/// </summary>
public sealed record RunReport
{
    /// <summary>What ran, for example <c>Staging smoke</c>.</summary>
    public required string Title { get; init; }

    /// <summary>Whether every check passed.</summary>
    public required bool Ok { get; init; }

    /// <summary>The outcome, in one sentence.</summary>
    public required string Outcome { get; init; }

    /// <summary>Request id, or null.</summary>
    public string? RequestId { get; init; }

    /// <summary>Other identifying facts, in display order.</summary>
    public IReadOnlyList<ReportFact> Facts { get; init; } = Array.Empty<ReportFact>();

    /// <summary>The events in order: the lines of events.jsonl. A <see cref="RunEvent.Ts" /> of 0 is not known.</summary>
    public IReadOnlyList<RunEvent> Timeline { get; init; } = Array.Empty<RunEvent>();

    /// <summary>The checks, including skipped ones.</summary>
    public IReadOnlyList<ReportCheck> Checks { get; init; } = Array.Empty<ReportCheck>();

    /// <summary>The routes for sale.</summary>
    public IReadOnlyList<ReportRoute> Routes { get; init; } = Array.Empty<ReportRoute>();

    /// <summary>The plan: what is added, changed, removed, closed and moved.</summary>
    public IReadOnlyList<ReportChange> Changes { get; init; } = Array.Empty<ReportChange>();

    /// <summary>Money asked, allowed, paid and settled.</summary>
    public IReadOnlyList<ReportAmount> Money { get; init; } = Array.Empty<ReportAmount>();

    /// <summary>The failures.</summary>
    public IReadOnlyList<ReportFailure> Failures { get; init; } = Array.Empty<ReportFailure>();

    /// <summary>Warnings, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = Array.Empty<string>();

    /// <summary>Content of summary.json: a record of this module.</summary>
    public required object Summary { get; init; }
}

/// <summary>A result that can be reported as a page, as test cases and as artifacts.</summary>
public interface IReportable
{
    /// <summary>The result in the form that all reports are made from.</summary>
    RunReport ToReport();
}

/// <summary>One amount of money.</summary>
/// <param name="What">What it is, for example <c>Paid</c>.</param>
/// <param name="Amount">Millisatoshis.</param>
/// <param name="For">Purpose: a route, a paywall, an address.</param>
public sealed record ReportAmount(string What, decimal Amount, string? For)
{
    /// <summary>Reference of its proof, never the proof itself; or another remark.</summary>
    public string? Reference { get; init; }

    /// <summary>Whether it was paid or settled. Other amounts do not count in the sum.</summary>
    public bool IsPaid { get; init; }
}

/// <summary>One check of a run.</summary>
/// <param name="Name">What is checked, for people.</param>
/// <param name="Outcome">The outcome.</param>
public sealed record ReportCheck(string Name, CheckOutcome Outcome)
{
    /// <summary>Reason for a failed or skipped check, or its finding.</summary>
    public string? Reason { get; init; }

    /// <summary>Duration, if known.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>A check that was made.</summary>
    /// <param name="name">What is checked.</param>
    /// <param name="holds">Whether it passed.</param>
    /// <param name="reason">Why it failed, or its finding.</param>
    public static ReportCheck Create(string name, bool holds, string? reason = null) =>
        new(name, holds ? CheckOutcome.Passed : CheckOutcome.Failed) { Reason = reason };

    /// <summary>A check that was not made.</summary>
    /// <param name="name">Why it was skipped.</param>
    /// <param name="reason">Why it was not.</param>
    public static ReportCheck CreateSkipped(string name, string reason) => new(name, CheckOutcome.NotMade) { Reason = reason };
}

/// <summary>One thing that identifies a run.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Value">Its value; null leaves the fact out.</param>
public sealed record ReportFact(string Name, string? Value);

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

/// <summary>One change of a plan.</summary>
/// <param name="Kind">For example <c>added</c>.</param>
/// <param name="Service">Name of the service.</param>
public sealed record ReportChange(string Kind, string Service)
{
    /// <summary>Host and path, readable.</summary>
    public string? Route { get; init; }

    /// <summary>Members with old and new value and unit, one text each.</summary>
    public IReadOnlyList<string> Values { get; init; } = Array.Empty<string>();

    /// <summary>What holders of earlier credentials can do afterwards.</summary>
    public string? Holders { get; init; }

    /// <summary>A few requests, each with the service that answers it before and after, one text each.</summary>
    public IReadOnlyList<string> Requests { get; init; } = Array.Empty<string>();

    /// <summary>The change on one line.</summary>
    public override string ToString() =>
        Kind + " " + Service + (Route is null ? string.Empty : " (" + Route + ")") + (Values.Count == 0 ? string.Empty : ": " + string.Join(", ", Values)) + (Holders is null ? string.Empty : ". " + Holders);
}

/// <summary>One route that is sold, or not.</summary>
/// <param name="Name">Host and path, or the address.</param>
public sealed record ReportRoute(string Name)
{
    /// <summary>Paywall and route, for example <c>pw_weather:route_weather</c>.</summary>
    public string? Id { get; init; }

    /// <summary>Price, millisatoshis.</summary>
    public Msats? Price { get; init; }

    /// <summary>Where a paid request goes.</summary>
    public string? Upstream { get; init; }

    /// <summary>Whether it sells, what closed it, or its outcome.</summary>
    public string? State { get; init; }
}

/// <summary>Outcome of a check.</summary>
public enum CheckOutcome
{
    /// <summary>The check passed.</summary>
    Passed,

    /// <summary>The check failed.</summary>
    Failed,

    /// <summary>The check was skipped; it must not count as passed.</summary>
    NotMade,
}
