using System;
using System.Linq;
using System.Management.Automation;

namespace LightningOps.PowerShell.Display;

/// <summary>
/// ANSI colours for the format views, from $PSStyle of the session. Plain text if there is no $PSStyle (Windows
/// PowerShell 5.1), if its OutputRendering is PlainText, or if NO_COLOR is set (no-color.org).
/// </summary>
public static class AnsiText
{
    private const string Reset = "\u001b[0m";

    private static readonly (string Sign, string Set, string Colour)[] Signs =
    [
        ("+ ", "Foreground", "Green"),
        ("* ", "Foreground", "Green"),
        ("~ ", "Foreground", "Yellow"),
        ("\u2195 ", "Foreground", "Yellow"),
        ("! ", "Foreground", "Red"),
        ("- ", "Foreground", "Red"),
        ("error ", "Formatting", "Error"),
        ("warn ", "Formatting", "Warning"),
    ];

    /// <summary>Colours a text by severity.</summary>
    /// <param name="text">The text.</param>
    /// <param name="severity"><c>Error</c>, <c>Warn</c> or another: not coloured.</param>
    /// <param name="style">$PSStyle, or null.</param>
    public static string Severity(string text, object? severity, PSObject? style) => severity?.ToString() switch
    {
        "Error" => Coloured(TerminalText.Clean(text), style, "Formatting", "Error"),
        "Warn" => Coloured(TerminalText.Clean(text), style, "Formatting", "Warning"),
        _ => TerminalText.Clean(text),
    };

    /// <summary>Colours success green and failure red.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isGood">Whether it is a success.</param>
    /// <param name="style">$PSStyle, or null.</param>
    public static string Outcome(string text, bool isGood, PSObject? style) => Coloured(TerminalText.Clean(text), style, "Foreground", isGood ? "Green" : "Red");

    /// <summary>Colours the lines of a plan by their signs, and its diagnostics by severity.</summary>
    /// <param name="text">The text of the plan.</param>
    /// <param name="style">$PSStyle, or null.</param>
    public static string Plan(string text, PSObject? style) =>
        text is null ? string.Empty : string.Join("\n", TerminalText.Clean(text).Split('\n').Select(line => Line(line, style)));

    private static string Line(string line, PSObject? style)
    {
        var content = line.TrimStart(' ');
        foreach (var (sign, set, colour) in Signs)
        {
            if (content.StartsWith(sign, StringComparison.Ordinal))
            {
                return line.Substring(0, line.Length - content.Length) + Coloured(content, style, set, colour);
            }
        }

        return line;
    }

    private static string Coloured(string text, PSObject? style, string set, string colour)
    {
        var escape = style is null || !IsEnabled(style) ? null : GetMember(GetMember(style, set), colour)?.ToString();
        return string.IsNullOrEmpty(escape) || string.IsNullOrEmpty(text) ? text : escape + text + Reset;
    }

    private static bool IsEnabled(PSObject style) =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && GetMember(style, "OutputRendering")?.ToString() != "PlainText";

    private static object? GetMember(object? owner, string name) => owner is null ? null : PSObject.AsPSObject(owner).Properties[name]?.Value;
}
