using System;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace LightningOps.Artifacts.Reports.Html;

/// <summary>
/// Writes a page element by element. Only this class encodes texts and attribute values; names of elements and
/// attributes are constants of the page.
/// </summary>
internal sealed class HtmlWriter
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
    private readonly StringBuilder page = new("<!DOCTYPE html>\n");

    /// <summary>Writes an element and its content.</summary>
    /// <param name="name">Name of the element, a constant.</param>
    /// <param name="content">Writes the content; null for none.</param>
    /// <param name="attributes">Names are constants; an attribute with a null value is left out.</param>
    public void Element(string name, Action? content, params (string Name, string? Value)[] attributes)
    {
        Begin(name, attributes);
        page.Append('>');
        content?.Invoke();
        page.Append("</").Append(name).Append('>');
        EndLine(name);
    }

    /// <summary>Writes an element that has no content.</summary>
    public void Void(string name, params (string Name, string? Value)[] attributes)
    {
        Begin(name, attributes);
        page.Append(" />");
        EndLine(name);
    }

    /// <summary>Writes an element that holds a text.</summary>
    public void Element(string name, string text, params (string Name, string? Value)[] attributes) =>
        Element(name, () => Text(text), attributes);

    /// <summary>Writes a text.</summary>
    public void Text(string text) => page.Append(Encoder.Encode(VisibleText.From(text)));

    /// <summary>Writes a constant style sheet. It must not contain any other text.</summary>
    public void Style(string sheet) => page.Append("<style>").Append(sheet).Append("</style>\n");

    public override string ToString() => page.ToString();

    private void Begin(string name, (string Name, string? Value)[] attributes)
    {
        page.Append('<').Append(name);
        foreach (var (attribute, value) in attributes)
        {
            if (value is not null)
            {
                page.Append(' ').Append(attribute).Append("=\"").Append(Encoder.Encode(VisibleText.From(value))).Append('"');
            }
        }
    }

    private void EndLine(string name)
    {
        if (IsBlock(name))
        {
            page.Append('\n');
        }
    }

    private static bool IsBlock(string name) => name is
        "head" or "body" or "header" or "main" or "footer" or "article" or "section" or "nav" or "div" or "p" or "h1" or "h2" or "h3" or "ol" or "ul" or "li"
        or "dl" or "dd" or "table" or "caption" or "thead" or "tbody" or "tfoot" or "tr" or "title" or "meta" or "link" or "svg" or "defs" or "symbol";
}
