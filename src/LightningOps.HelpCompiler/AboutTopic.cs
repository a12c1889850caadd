using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;

namespace LightningOps.HelpCompiler;

/// <summary>An about_ topic as the text of Get-Help: headings at the margin, text below them, 80 columns.</summary>
public static class AboutTopic
{
    private const int Width = 76;
    private const string Indent = "    ";

    /// <summary>Text of a topic.</summary>
    /// <param name="file">The markdown file.</param>
    public static string Render(string file)
    {
        var text = new StringBuilder();
        foreach (var block in Markdown.Parse(File.ReadAllText(file), HelpPageReader.Markdown).Where(static block => block is not YamlFrontMatterBlock))
        {
            foreach (var line in Lines(block))
            {
                text.Append(line.TrimEnd()).Append('\n');
            }
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static IEnumerable<string> Lines(Block block) => block switch
    {
        HeadingBlock { Level: 1 } heading => ["TOPIC", Indent + PlainText.From(heading.Inline), string.Empty],
        HeadingBlock heading => [PlainText.From(heading.Inline), string.Empty],
        CodeBlock code => [.. PlainText.Lines(code).Select(static line => Indent + "  " + line), string.Empty],
        ListBlock => [.. PlainText.From(block).SelectMany(static item => Wrapped(item.Replace("\n", " ", StringComparison.Ordinal), "  ")), string.Empty],
        Table => [.. PlainText.From(block).SelectMany(static row => row.Split('\n').SelectMany(static (cell, place) => Wrapped(cell.Trim(), string.Empty, place == 0 ? Indent : Indent + Indent)).Append(string.Empty))],
        _ => [.. PlainText.From(block).SelectMany(static paragraph => Wrapped(paragraph, string.Empty).Append(string.Empty))],
    };

    /// <summary>Text wrapped between words.</summary>
    /// <param name="text">A paragraph.</param>
    /// <param name="hang">Additional indentation of later lines.</param>
    /// <param name="margin">Indentation of every line.</param>
    private static IEnumerable<string> Wrapped(string text, string hang, string margin = Indent)
    {
        var line = new StringBuilder(margin);
        var isStart = true;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isStart && line.Length + 1 + word.Length > Width)
            {
                yield return line.ToString();
                line.Clear().Append(margin).Append(hang);
                isStart = true;
            }

            line.Append(isStart ? string.Empty : " ").Append(word);
            isStart = false;
        }

        yield return line.ToString();
    }
}
