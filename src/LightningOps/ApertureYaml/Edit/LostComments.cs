using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using LightningOps.ApertureYaml.Check;
using YamlDotNet.Core;

namespace LightningOps.ApertureYaml.Edit;

/// <summary>
/// Comments in the services of a file that another version of the file does not have, because the text of a service
/// or of the whole list is written anew.
/// </summary>
internal static class LostComments
{
    /// <summary>Code of the diagnostic.</summary>
    public const string Code = "comments_lost";

    private const int MaxListed = 20;

    /// <summary>The numbers of lines for people, the first 20 where there are more.</summary>
    public static string FormatLines(IReadOnlyList<int> lines) =>
        string.Join(", ", lines.Take(MaxListed).Select(static line => line.ToString(CultureInfo.InvariantCulture))) + (lines.Count > MaxListed ? ", \u2026" : string.Empty);

    /// <summary>The line of each, from 1, in the earlier version.</summary>
    /// <param name="before">The earlier version.</param>
    /// <param name="after">The later version.</param>
    public static IReadOnlyList<int> FindLines(LiveFile before, LiveFile after)
    {
        // A text without the character has no comment, and most services of thousands have none.
        if (before.ServicesText is not { Block: var block, Start: var start } || block.IndexOf('#') < 0)
        {
            return [];
        }

        try
        {
            var remaining = Find(after.ServicesText?.Block ?? string.Empty);
            var kept = remaining.Where(static one => KeptText.IsOwn(one.Text)).Select(static one => one.Text).ToArray();
            var counts = remaining.GroupBy(static one => one.Text, StringComparer.Ordinal).ToDictionary(static same => same.Key, static same => same.Count(), StringComparer.Ordinal);
            return Find(block)
                .Where(one => !KeptText.IsOwn(one.Text) && !Take(counts, one.Text) && !kept.Any(line => line.EndsWith(one.Text, StringComparison.Ordinal)))
                .Select(one => LineIndex.GetPosition(before.Unmarked, start + one.Index).Line)
                .ToArray();
        }
        catch (Exception unread) when (unread is YamlException or ApertureConfigFormatException)
        {
            // A text that cannot be split into tokens is not written anew either.
            return [];
        }
    }

    private static bool Take(Dictionary<string, int> counts, string text)
    {
        if (!counts.TryGetValue(text, out var count) || count == 0)
        {
            return false;
        }

        counts[text] = count - 1;
        return true;
    }

    /// <summary>The comments between the tokens of a text, each from its "#" on.</summary>
    private static List<(string Text, int Index)> Find(string text)
    {
        var found = new List<(string Text, int Index)>();
        var scanner = new Scanner(new StringReader(LineLikeCharacters.From(text).Text), skipComments: true);
        var end = 0;
        while (scanner.MoveNext())
        {
            AddComments(found, text, end, (int)Math.Min(scanner.Current!.Start.Index, text.Length));
            end = Math.Max(end, (int)Math.Min(scanner.Current.End.Index, text.Length));
        }

        AddComments(found, text, end, text.Length);
        return found;
    }

    private static void AddComments(List<(string Text, int Index)> found, string text, int start, int end)
    {
        for (var line = start; line < end; line = LineIndex.NextLine(text, line))
        {
            var next = Math.Min(LineIndex.NextLine(text, line), end);
            var hash = text.IndexOf('#', line, next - line);
            if (hash >= 0)
            {
                found.Add((text.Substring(hash, next - hash).TrimEnd(), hash));
            }
        }
    }
}
