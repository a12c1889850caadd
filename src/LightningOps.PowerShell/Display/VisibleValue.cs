using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;

namespace LightningOps.PowerShell.Display;

/// <summary>Values for the format views. External text never reaches a console unescaped.</summary>
public static class VisibleValue
{
    private const string CopyOf = "Deserialized.";

    /// <summary>
    /// The value itself. A text, and each text of a list, has its control characters escaped. An enum value that comes
    /// from a job or another session is its name.
    /// </summary>
    /// <param name="value">A value of an object.</param>
    public static object? From(PSObject? value) => value is null ? null : IsCopyOf(value, typeof(Enum)) ? value.ToString() : From(value.BaseObject);

    /// <summary>A time for all views, in UTC; null for an unknown time.</summary>
    /// <param name="time">A time, a copy of one that comes from a job or another session, or null.</param>
    public static string? FromTime(PSObject? time) =>
        (time?.BaseObject as DateTimeOffset? ?? ReadCopy(time)) is { } known
            ? known.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC"
            : null;

    private static object? From(object? value) => value switch
    {
        null => null,
        PSObject wrapped => From(wrapped),
        string text => TerminalText.Clean(text),
        IDictionary => value,
        IEnumerable<string> texts => texts.Select(TerminalText.Clean).ToArray(),
        object?[] values => values.Select(From).ToArray(),
        _ => value,
    };

    private static DateTimeOffset? ReadCopy(PSObject? time) =>
        time is not null && IsCopyOf(time, typeof(DateTimeOffset)) && time.Properties["UtcDateTime"]?.Value is DateTime utc
            ? new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc))
            : null;

    private static bool IsCopyOf(PSObject value, Type type) => value.TypeNames.Contains(CopyOf + type.FullName);
}
