using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml.Edit;

/// <summary>
/// The services of a text as written: one piece of text per service, with the comments before it. The pieces together
/// with the text around them are the whole text.
/// </summary>
internal sealed class ServiceItems
{
    private static readonly Regex KeyLine = new(
        @"\A[ ]*(?:services|'services'|""services"")[ ]*:[ \t]*(?:#[^\r\n]*)?(?:\r|\n|\z)",
        RegexOptions.CultureInvariant);

    private readonly string before;
    private readonly string after;

    private ServiceItems(string before, IReadOnlyList<string> texts, string after, int indent)
    {
        this.before = before;
        this.after = after;
        Texts = texts;
        Indent = indent;
    }

    /// <summary>The pieces, in match order.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>Spaces before the dash of each.</summary>
    public int Indent { get; }

    /// <summary>The pieces; null when the services are not a list in block style below their key.</summary>
    /// <exception cref="ApertureConfigFormatException">The text cannot be spliced.</exception>
    public static ServiceItems? Find(string text)
    {
        var place = new ServicesLocator(text).Locate();
        var block = text.Substring(place.Start, place.End - place.Start);
        if (!KeyLine.IsMatch(block))
        {
            return null;
        }

        var first = LineIndex.NextLine(block, 0);
        if (FindStarts(block, first) is not (var starts, var indent) || starts.Count == 0)
        {
            return null;
        }

        var texts = starts.Select((start, number) => block.Substring(start, (number + 1 < starts.Count ? starts[number + 1] : block.Length) - start)).ToArray();
        return new ServiceItems(text.Substring(0, place.Start + first), texts, text.Substring(place.End), indent);
    }

    /// <summary>The line of the text, from 1, at which a piece starts.</summary>
    public int GetFirstLine(int place) => 1 + CountLines(before) + Texts.Take(place).Sum(CountLines);

    /// <summary>The piece that contains a line of the text, and the line at which it starts; null for a line around the pieces.</summary>
    public (int Place, int First)? FindAt(int line)
    {
        var first = GetFirstLine(0);
        for (var place = 0; place < Texts.Count && first <= line; place++)
        {
            var next = first + CountLines(Texts[place]);
            if (line < next)
            {
                return (place, first);
            }

            first = next;
        }

        return null;
    }

    /// <summary>The text with other pieces; each ends its line.</summary>
    public string With(IEnumerable<string> texts, string lineEnd)
    {
        var result = new StringBuilder(before);
        foreach (var text in texts)
        {
            if (result.Length > 0 && !LineIndex.EndsLine(result.ToString(result.Length - 1, 1), 1))
            {
                result.Append(lineEnd);
            }

            result.Append(text);
        }

        return result.Append(after).ToString();
    }

    /// <summary>A piece of another text as it is written at this place.</summary>
    /// <param name="text">The piece, with LF line ends.</param>
    /// <param name="indent">Spaces before its dash there.</param>
    /// <param name="lineEnd">Line end of this text.</param>
    public string Adapt(string text, int indent, string lineEnd)
    {
        var result = new StringBuilder();
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            var blanks = line.Length - line.TrimStart(' ').Length;
            var content = line.Substring(System.Math.Min(blanks, indent));
            result.Append(' ', content.Length == 0 ? 0 : Indent).Append(content).Append(lineEnd);
        }

        return result.ToString();
    }

    private static int CountLines(string text)
    {
        var lines = 0;
        for (var next = 0; next < text.Length; next = LineIndex.NextLine(text, next))
        {
            lines++;
        }

        return lines;
    }

    /// <summary>Where the pieces start: at their dash, or at the comments right before it.</summary>
    private static (List<int> Starts, int Indent)? FindStarts(string block, int first)
    {
        var starts = new List<int>();
        var indent = -1;
        var start = first;
        for (var line = first; line < block.Length; line = LineIndex.NextLine(block, line))
        {
            var content = line;
            while (content < block.Length && block[content] == ' ')
            {
                content++;
            }

            if (content == block.Length || block[content] is '#' or '\r' or '\n')
            {
                continue;
            }

            var isDash = block[content] == '-' && (content + 1 == block.Length || block[content + 1] is ' ' or '\t' or '\r' or '\n');
            if (indent < 0)
            {
                if (!isDash)
                {
                    return null;
                }

                indent = content - line;
            }

            if (isDash && content - line == indent)
            {
                starts.Add(start);
            }

            start = LineIndex.NextLine(block, line);
        }

        return (starts, indent);
    }
}
