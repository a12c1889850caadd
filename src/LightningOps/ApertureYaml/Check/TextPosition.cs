using System.Collections.Generic;
using YamlDotNet.Core;

namespace LightningOps.ApertureYaml.Check;

/// <summary>A place in a file; line and column count from 1.</summary>
internal readonly record struct TextPosition(int Line, int Column)
{
    /// <summary>The first character.</summary>
    public static TextPosition Start { get; } = new(1, 1);

    /// <summary>The place of a parser's mark.</summary>
    public static TextPosition From(in Mark mark) => new((int)mark.Line, (int)mark.Column);
}

/// <summary>Lines of a text as an editor counts them: LF, CR LF and CR end one.</summary>
internal static class LineIndex
{
    /// <summary>The place of the character at <paramref name="index"/>.</summary>
    public static TextPosition GetPosition(string text, int index)
    {
        var line = 1;
        var lineStart = 0;
        for (var next = NextLine(text, 0); next <= index && EndsLine(text, next); next = NextLine(text, next))
        {
            line++;
            lineStart = next;
            if (next == text.Length)
            {
                break;
            }
        }

        return new TextPosition(line, index - lineStart + 1);
    }

    /// <summary>The index after the line break that follows <paramref name="index"/>, or the length of the text.</summary>
    public static int NextLine(string text, int index)
    {
        for (var i = index; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                return i + 1;
            }

            if (text[i] == '\r')
            {
                return i + 1 < text.Length && text[i + 1] == '\n' ? i + 2 : i + 1;
            }
        }

        return text.Length;
    }

    /// <summary>The lines of a text, each with its line break.</summary>
    public static List<string> Split(string text)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var next = NextLine(text, start);
            lines.Add(text.Substring(start, next - start));
            start = next;
        }

        return lines;
    }

    /// <summary>The index after the line break before <paramref name="index"/>, or 0.</summary>
    public static int GetLineStart(string text, int index)
    {
        while (index > 0 && text[index - 1] is not ('\n' or '\r'))
        {
            index--;
        }

        return index;
    }

    /// <summary>Whether the character before <paramref name="index"/> ends a line.</summary>
    public static bool EndsLine(string text, int index) => index > 0 && text[index - 1] is '\n' or '\r';
}
