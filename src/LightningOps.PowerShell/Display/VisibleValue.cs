using System.Collections;
using System.Collections.Generic;
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
}
