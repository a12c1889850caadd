using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace LightningOps.Tests.Docs;

/// <summary>Headings and links of a page.</summary>
internal static class Markdown
{
    /// <summary>The anchors of a page: its headings as GitHub writes them into a link.</summary>
    public static IReadOnlySet<string> GetAnchors(string page) =>
        Lines(page).Where(static line => Regex.IsMatch(line, "^#{1,6} ")).Select(static line => Slug(line.TrimStart('#'))).ToHashSet();

    /// <summary>The links of a page that lead into the repository: path (empty for the page itself) and anchor.</summary>
    public static IEnumerable<(string Path, string Anchor)> GetLinks(string page) =>
        Lines(page)
            .SelectMany(static line => Regex.Matches(line, @"\]\((?!https?:)(?<path>[^)#\s]*)(?:#(?<anchor>[^)\s]+))?\)"))
            .Select(static link => (link.Groups["path"].Value, link.Groups["anchor"].Value));

    /// <summary>The lines between a heading and the next of its level or above.</summary>
    public static IReadOnlyList<string> GetSection(string page, string heading)
    {
        var level = heading.TakeWhile(static sign => sign == '#').Count();
        return Lines(page)
            .SkipWhile(line => line != heading)
            .Skip(1)
            .TakeWhile(line => !Regex.IsMatch(line, "^#{1," + level + "} "))
            .ToArray();
    }

    private static string Slug(string heading) =>
        Regex.Replace(heading.Trim().ToLowerInvariant(), @"[^\w\- ]", string.Empty).Replace(' ', '-');

    // A block of code contains neither headings nor links.
    private static IEnumerable<string> Lines(string page)
    {
        var isCode = false;
        foreach (var line in page.Split('\n').Select(static line => line.TrimEnd('\r')))
        {
            if (line.StartsWith("```", System.StringComparison.Ordinal))
            {
                isCode = !isCode;
            }
            else if (!isCode)
            {
                yield return line;
            }
        }
    }
}
