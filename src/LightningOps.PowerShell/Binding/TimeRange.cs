using System;
using System.Collections.Generic;

namespace LightningOps.PowerShell.Binding;

/// <summary>The time span of -Since and -Until: from a time on, and before another. A bound that is not specified is open.</summary>
/// <param name="Since">First time in the span.</param>
/// <param name="Until">First time after the span.</param>
internal readonly record struct TimeRange(DateTimeOffset? Since, DateTimeOffset? Until)
{
    /// <summary>First millisecond in the span, Unix time.</summary>
    public long? SinceMs => Since?.ToUnixTimeMilliseconds();

    /// <summary>First millisecond after the span, Unix time.</summary>
    public long? UntilMs => Until?.ToUnixTimeMilliseconds();

    /// <summary>Whether neither -Since nor -Until was specified.</summary>
    public bool IsOpen => Since is null && Until is null;

    /// <summary>The span of the bound parameters of a command.</summary>
    /// <param name="bound">Parameters that the caller specified.</param>
    /// <exception cref="ConfigException">-Until is not later than -Since, so that nothing could be found.</exception>
    public static TimeRange From(IReadOnlyDictionary<string, object> bound)
    {
        var range = new TimeRange(Find(bound, nameof(Since)), Find(bound, nameof(Until)));
        return range.Since is { } since && range.Until is { } until && until <= since
            ? throw new ConfigException(nameof(Until), "is not later than -Since", "Specify a later -Until, or an earlier -Since.")
            : range;
    }

    /// <summary>Whether a time is in the span. An unknown time is only in a span without bounds.</summary>
    /// <param name="time">The time; null if it is not known.</param>
    public bool Contains(DateTimeOffset? time) =>
        IsOpen || (time is { } known && !(known < Since) && !(known >= Until));

    private static DateTimeOffset? Find(IReadOnlyDictionary<string, object> bound, string parameter) =>
        bound.TryGetValue(parameter, out var value) && value is DateTimeOffset time ? time : null;
}
