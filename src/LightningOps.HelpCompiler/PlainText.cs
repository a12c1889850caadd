using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace LightningOps.HelpCompiler;

/// <summary>Markdown as text for a terminal.</summary>
internal static class PlainText
{
    /// <summary>One paragraph per block; a table gives one per row, code keeps its lines.</summary>
    public static IEnumerable<string> From(Block block) => block switch
    {
        HtmlBlock or LinkReferenceDefinitionGroup => [],
        HeadingBlock heading => [From(heading.Inline)],
        ParagraphBlock paragraph => [From(paragraph.Inline)],
        CodeBlock code => [Code(code)],
        ListBlock list => list.Cast<ListItemBlock>().Select(item => Bullet(list, item) + string.Join("\n  ", item.SelectMany(From))),
        Table table => Rows(table).Select(static row => row[0] + "\n  " + string.Join("\n  ", row.Skip(1).Where(static cell => cell.Length > 0))),
        ContainerBlock container => container.SelectMany(From),
        _ => [],
    };

    /// <summary>Text of a line of markdown.</summary>
    public static string From(ContainerInline? inlines)
    {
        var text = new StringBuilder();
        foreach (var inline in inlines ?? Enumerable.Empty<Inline>())
        {
            text.Append(inline switch
            {
                LiteralInline literal => literal.Content.ToString(),
                CodeInline code => code.Content,
                LineBreakInline => " ",
                AutolinkInline link => link.Url,
                HtmlEntityInline entity => entity.Transcoded.ToString(),
                LinkInline { Url: { } url } link when IsWeb(url) && From((ContainerInline)link) != url => From((ContainerInline)link) + " (" + url + ")",
                ContainerInline container => From(container),
                _ => string.Empty,
            });
        }

        return text.ToString();
    }

    /// <summary>The lines of a code block.</summary>
    public static string Code(CodeBlock block) => string.Join("\n", Lines(block));

    /// <summary>The lines of a block.</summary>
    public static IEnumerable<string> Lines(LeafBlock block) => block.Lines.Lines.Take(block.Lines.Count).Select(static line => line.Slice.ToString());

    /// <summary>The rows of a table without its head, as texts of cells.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(Table table) => table
        .Cast<TableRow>()
        .Where(static row => !row.IsHeader)
        .Select(static row => row.Cast<TableCell>().Select(static cell => string.Join(" ", cell.SelectMany(From))).ToList());

    private static string Bullet(ListBlock list, ListItemBlock item) =>
        list.IsOrdered ? FormattableString.Invariant($"{item.Order}. ") : "- ";

    private static bool IsWeb(string url) => url.StartsWith("http", StringComparison.Ordinal);
}
