using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace LightningOps.HelpCompiler;

/// <summary>Reads a cmdlet's page.</summary>
public static class HelpPageReader
{
    private const string ErrorMark = "<!-- error:";
    private const string DefaultMark = "(Default)";

    internal static readonly MarkdownPipeline Markdown = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().Build();

    /// <summary>Reads a page.</summary>
    /// <param name="file">The markdown file.</param>
    /// <exception cref="HelpPageException">A part is missing or malformed.</exception>
    public static HelpPage Read(string file)
    {
        var blocks = Markdig.Markdown.Parse(File.ReadAllText(file), Markdown).Where(static block => block is not YamlFrontMatterBlock).ToList();
        var title = blocks.OfType<HeadingBlock>().FirstOrDefault(static heading => heading.Level == 1) ?? throw new HelpPageException(file, 0, "there is no title");
        var sections = new Sections(file, 2, blocks.SkipWhile(block => block != title).Skip(1));
        var notes = sections["NOTES"];
        return new HelpPage
        {
            Name = PlainText.From(title.Inline),
            Synopsis = string.Join(" ", Paragraphs(sections["SYNOPSIS"])),
            Sets = GetSets(file, sections["SYNTAX"]),
            Description = Paragraphs(sections["DESCRIPTION"]),
            Examples = new Sections(file, 3, sections["EXAMPLES"]).Select(part => Example(file, part)).ToList(),
            Parameters = new Sections(file, 3, sections["PARAMETERS"]).Where(static part => part.Name.StartsWith('-')).Select(part => Parameter(file, part)).ToList(),
            Inputs = Values(file, sections["INPUTS"]),
            Outputs = Values(file, sections["OUTPUTS"]),
            Notes = Paragraphs(notes),
            ErrorIds = notes.OfType<Table>().SelectMany(PlainText.Rows).Select(static row => row[0]).ToList(),
            Links = sections["RELATED LINKS"].OfType<ParagraphBlock>().SelectMany(static block => block.Inline!.Descendants<LinkInline>()).Select(Link).ToList(),
        };
    }

    private static List<string> Paragraphs(IEnumerable<Block> blocks) => blocks.SelectMany(PlainText.From).ToList();

    private static List<string> GetSets(string file, IReadOnlyList<Block> blocks)
    {
        var named = new Sections(file, 3, blocks).Select(static part => part.Name.Replace(DefaultMark, string.Empty, StringComparison.Ordinal).Trim()).ToList();
        return named.Count == 0 ? [ParameterUse.AllSets] : named;
    }

    private static HelpExample Example(string file, Section part)
    {
        var code = part.Blocks.OfType<FencedCodeBlock>().FirstOrDefault() ?? throw new HelpPageException(file, part.Line, "the example has no code");
        var error = part.Blocks.OfType<HtmlBlock>().Select(static block => PlainText.Lines(block).First()).FirstOrDefault(static line => line.StartsWith(ErrorMark, StringComparison.Ordinal));
        return new HelpExample(
            part.Name,
            PlainText.Code(code),
            Paragraphs(part.Blocks.Where(block => block != code)),
            error?[ErrorMark.Length..].Replace("-->", string.Empty, StringComparison.Ordinal).Trim());
    }

    private static HelpParameter Parameter(string file, Section part)
    {
        var uses = part.Blocks.OfType<FencedCodeBlock>().Where(static block => block.Info == "yaml").ToList();
        return uses.Count == 0
            ? throw new HelpPageException(file, part.Line, part.Name + " does not say how it is bound")
            : new HelpParameter(
                part.Name[1..],
                Paragraphs(part.Blocks.Except(uses)),
                uses.Select(block => ParameterUse.Parse(file, block.Line, PlainText.Lines(block))).ToList());
    }

    private static List<HelpValue> Values(string file, IReadOnlyList<Block> blocks) =>
        new Sections(file, 3, blocks).Select(static part => new HelpValue(part.Name, Paragraphs(part.Blocks))).ToList();

    private static HelpLink Link(LinkInline link) =>
        new(PlainText.From((ContainerInline)link), link.Url is { } url && url.StartsWith("http", StringComparison.Ordinal) ? url : string.Empty);
}
