using System.Collections;
using System.Collections.Generic;
using System.Linq;
using Markdig.Syntax;

namespace LightningOps.HelpCompiler;

/// <summary>Blocks split at the headings of a level.</summary>
internal sealed class Sections : IEnumerable<Section>
{
    private readonly string file;
    private readonly List<Section> all = [];

    public Sections(string file, int level, IEnumerable<Block> blocks)
    {
        this.file = file;
        List<Block>? current = null;
        foreach (var block in blocks)
        {
            if (block is HeadingBlock heading && heading.Level == level)
            {
                current = [];
                all.Add(new Section(PlainText.From(heading.Inline), heading.Line, current));
            }
            else
            {
                current?.Add(block);
            }
        }
    }

    /// <summary>The content of a heading.</summary>
    /// <exception cref="HelpPageException">There is no such heading.</exception>
    public IReadOnlyList<Block> this[string name] =>
        all.FirstOrDefault(section => section.Name == name)?.Blocks ?? throw new HelpPageException(file, 0, "there is no " + name);

    public IEnumerator<Section> GetEnumerator() => all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
