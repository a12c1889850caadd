using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;

namespace LightningOps.PowerShell.Display;

/// <summary>Values as the format views show them: text of others never reaches a console raw.</summary>
public static class VisibleValue
{
    /// <summary>The value itself; a text, and each text of a list, with everything written out that a terminal would obey.</summary>
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

    /// <summary>A time as every view shows it, in UTC; null for a time that is not known.</summary>
    /// <param name="time">A time, or null.</param>
    public static string? FromTime(object? time) =>
        ((time as PSObject)?.BaseObject ?? time) is DateTimeOffset known ? known.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC" : null;
}
