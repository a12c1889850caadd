using System.Collections.Generic;
using System.Linq;
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
    private const string BlockBefore = "# Before LightningOps closed them while ";
    private const string BlockAfter = ", the services were written so:";
    private const string BlockLine = "#: ";
    private const string BlockLastLine = "#; ";
    private static readonly string[] OwnLines = [Line, LastLine, BlockLine, BlockLastLine];

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
        AppendLines(result, indent, text, Line, LastLine, lineEnd);
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

        var lines = LineIndex.Split(item);
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

        ReadLines(lines, notice + 1, text, Line, LastLine);
        return text.ToString();
    }

    /// <summary>A comment with the block of services that was written out one by one.</summary>
    /// <param name="block">The block, from its key to its end.</param>
    /// <param name="lineEnd">Line end of the file.</param>
    /// <param name="cause">Why they are closed: one of the causes above.</param>
    public static string KeepBlock(string block, string lineEnd, string cause)
    {
        var result = new StringBuilder(BlockBefore + cause + BlockAfter + lineEnd);
        AppendLines(result, string.Empty, block, BlockLine, BlockLastLine, lineEnd);
        return result.ToString();
    }

    /// <summary>Takes such a comment from the text of a service.</summary>
    /// <param name="item">Text of the service, with the comments before it.</param>
    /// <param name="cause">Why the services were closed.</param>
    /// <param name="block">The block; null where there is none.</param>
    /// <returns>The text without the comment.</returns>
    public static string TakeBlock(string item, string cause, out string? block)
    {
        block = null;
        var lines = item.IndexOf(BlockBefore, System.StringComparison.Ordinal) < 0 ? [] : LineIndex.Split(item);
        var notice = lines.FindIndex(line => line.Trim() == BlockBefore + cause + BlockAfter);
        if (notice < 0)
        {
            return item;
        }

        var kept = new StringBuilder();
        var next = ReadLines(lines, notice + 1, kept, BlockLine, BlockLastLine);
        block = kept.ToString();
        return string.Concat(lines.Take(notice).Concat(lines.Skip(next)));
    }

    private static void AppendLines(StringBuilder result, string indent, string text, string line, string lastLine, string lineEnd)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = LineIndex.NextLine(text, start);
            var isEnded = LineIndex.EndsLine(text, end);
            result.Append(indent).Append(isEnded ? line : lastLine).Append(text, start, end - start).Append(isEnded ? string.Empty : lineEnd);
            start = end;
        }
    }

    /// <summary>Reads marked lines; returns the place of the first other one.</summary>
    private static int ReadLines(List<string> lines, int from, StringBuilder text, string mark, string lastMark)
    {
        for (var place = from; place < lines.Count; place++)
        {
            var line = lines[place].TrimStart(' ');
            if (line.StartsWith(lastMark, System.StringComparison.Ordinal))
            {
                text.Append(line.Substring(lastMark.Length).TrimEnd('\r', '\n'));
            }
            else if (line.StartsWith(mark, System.StringComparison.Ordinal))
            {
                text.Append(line, mark.Length, line.Length - mark.Length);
            }
            else
            {
                return place;
            }
        }

        return lines.Count;
    }

    /// <summary>Whether a comment, from its "#" on and without blanks at its end, is one of this class.</summary>
    public static bool IsOwn(string comment) =>
        OwnLines.Any(line => comment.StartsWith(line, System.StringComparison.Ordinal) || comment == line.TrimEnd())
        || (comment.StartsWith(Before, System.StringComparison.Ordinal) && comment.EndsWith(After, System.StringComparison.Ordinal))
        || (comment.StartsWith(BlockBefore, System.StringComparison.Ordinal) && comment.EndsWith(BlockAfter, System.StringComparison.Ordinal));
}
