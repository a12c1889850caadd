using System.Collections.Generic;
using System.Text;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml.Edit;

/// <summary>
/// A service that was closed but not made by this module. Its text stays in the file, as a comment before the closed
/// service, and is restored byte for byte.
/// </summary>
internal static class KeptText
{
    /// <summary>Kept while the global pause is set.</summary>
    public const string GlobalPause = "the global pause is set";

    /// <summary>Kept while the kill switch of an owner is set.</summary>
    public const string OwnerKillSwitch = "the kill switch of its owner is set";

    /// <summary>Kept while a paywall is suspended.</summary>
    public const string Suspension = "its paywall is suspended";

    private const string Before = "# Closed by LightningOps while ";
    private const string After = "; its text is put back after it:";
    private const string Line = "#| ";
    private const string LastLine = "#. ";

    /// <summary>The closed service with the text it replaces.</summary>
    /// <param name="text">Text of the service.</param>
    /// <param name="closed">The closed service, at the same indentation.</param>
    /// <param name="lineEnd">Line end of the file.</param>
    /// <param name="cause">Why it is closed: one of the causes above.</param>
    public static string Close(string text, string closed, string lineEnd, string cause)
    {
        var result = new StringBuilder();
        var indent = new string(' ', closed.Length - closed.TrimStart(' ').Length);
        result.Append(indent).Append(Before).Append(cause).Append(After).Append(lineEnd);
        for (var start = 0; start < text.Length;)
        {
            var end = LineIndex.NextLine(text, start);
            var isEnded = LineIndex.EndsLine(text, end);
            result.Append(indent).Append(isEnded ? Line : LastLine).Append(text, start, end - start).Append(isEnded ? string.Empty : lineEnd);
            start = end;
        }

        return result.Append(closed).ToString();
    }

    /// <summary>The kept text; null when there is none.</summary>
    /// <param name="item">Text of the closed service.</param>
    /// <param name="cause">Why it was closed.</param>
    public static string? Find(string item, string cause)
    {
        var sought = Before + cause + After;
        if (item.IndexOf(sought, System.StringComparison.Ordinal) < 0)
        {
            return null;
        }

        var lines = GetLines(item);
        var notice = lines.FindIndex(line => line.Trim() == sought);
        if (notice < 0)
        {
            return null;
        }

        var text = new StringBuilder();
        for (var place = 0; place < notice; place++)
        {
            text.Append(lines[place]);
        }

        for (var place = notice + 1; place < lines.Count; place++)
        {
            var line = lines[place].TrimStart(' ');
            if (line.StartsWith(LastLine, System.StringComparison.Ordinal))
            {
                text.Append(line.Substring(LastLine.Length).TrimEnd('\r', '\n'));
            }
            else if (line.StartsWith(Line, System.StringComparison.Ordinal))
            {
                text.Append(line, Line.Length, line.Length - Line.Length);
            }
            else
            {
                break;
            }
        }

        return text.ToString();
    }

    private static List<string> GetLines(string text)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = LineIndex.NextLine(text, start);
            lines.Add(text.Substring(start, end - start));
            start = end;
        }

        return lines;
    }
}
