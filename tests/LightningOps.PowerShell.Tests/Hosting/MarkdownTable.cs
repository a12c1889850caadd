using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.PowerShell.Tests.Hosting;

/// <summary>Reads the table under a heading of a markdown page: cells without the backticks around them.</summary>
internal static class MarkdownTable
{
    public static IReadOnlyList<string[]> Read(string markdown, string heading)
    {
        var lines = markdown.ReplaceLineEndings("\n").Split('\n');
        var rows = lines
            .SkipWhile(line => line != "## " + heading)
            .Skip(1)
            .TakeWhile(static line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(static line => line.StartsWith('|'))
            .Skip(2)
            .Select(static line => Cells(line))
            .ToArray();
        return rows.Length > 0 ? rows : throw new InvalidOperationException("No table under " + heading + ".");
    }

    private static string[] Cells(string line) => line
        .Replace("\\|", "\u0001", StringComparison.Ordinal)
        .Trim('|')
        .Split('|')
        .Select(static cell => Plain(cell.Trim().Replace('\u0001', '|')))
        .ToArray();

    /// <summary>One code span without its backticks; several, as two names of one row, keep those between them.</summary>
    private static string Plain(string cell) => cell.StartsWith('`') && cell.EndsWith('`') ? cell[1..^1] : cell;
}
