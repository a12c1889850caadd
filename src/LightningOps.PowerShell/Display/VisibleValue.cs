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
    /// <summary>The value itself. A text, and each text of a list, has its control characters escaped.</summary>
    /// <param name="value">A value of an object.</param>
    public static object? From(object? value) => ((value as PSObject)?.BaseObject ?? value) switch
    {
        null => null,
        string text => TerminalText.Clean(text),
        IDictionary => value,
        IEnumerable<string> texts => texts.Select(TerminalText.Clean).ToArray(),
        object?[] values => values.Select(From).ToArray(),
        _ => value,
    };

    /// <summary>A time for all views, in UTC; null for an unknown time.</summary>
    /// <param name="time">A time, or null.</param>
    public static string? FromTime(object? time) =>
        ((time as PSObject)?.BaseObject ?? time) is DateTimeOffset known ? known.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC" : null;
}
