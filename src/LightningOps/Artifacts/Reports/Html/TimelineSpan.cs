using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Artifacts.Reports.Html;

/// <summary>Start and end of a run, and the position of each event in it. An event is written when it ends.</summary>
internal sealed class TimelineSpan
{
    private const string DurationMember = "durationMs";

    /// <param name="events">Events in order. Events without a time have no position.</param>
    public TimelineSpan(IReadOnlyList<RunEvent> events)
    {
        var timed = events.Where(static happened => happened.Ts > 0).ToArray();
        BeginMs = timed.Length == 0 ? null : timed.Min(static happened => happened.Ts - (GetDurationMs(happened) ?? 0));
        Length = timed.Length == 0 ? null : TimeSpan.FromMilliseconds(timed.Max(static happened => happened.Ts) - BeginMs!.Value);
    }

    /// <summary>Unix milliseconds, or null when no event has a time.</summary>
    public long? BeginMs { get; }

    /// <summary>From the first event's beginning to the last one's end, or null when no event has a time.</summary>
    public TimeSpan? Length { get; }

    /// <summary>Duration of an event in milliseconds; null if it is not stated.</summary>
    public static long? GetDurationMs(RunEvent happened) =>
        happened.Details is { } details && details.TryGetValue(DurationMember, out var value) && value is long and >= 0 or int and >= 0
            ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)
            : null;

    /// <summary>Whether the timeline itself shows a detail.</summary>
    public static bool IsTimingMember(string member) => member == DurationMember;
}
