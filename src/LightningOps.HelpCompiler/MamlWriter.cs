using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Xml;

namespace LightningOps.HelpCompiler;

/// <summary>
/// Writes pages as the MAML that Get-Help reads, without unused parts: the syntax names parameters, values and
/// positions, and the list of parameters has the rest. Equal pages give equal bytes.
/// </summary>
public static class MamlWriter
{
    private const string Maml = "http://schemas.microsoft.com/maml/2004/10";
    private const string Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private const string Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        NewLineChars = "\n",
        NewLineHandling = NewLineHandling.Replace,
    };

    /// <summary>Writes the help of a module.</summary>
    /// <param name="pages">Its pages.</param>
    /// <param name="output">Destination.</param>
    /// <param name="address">Web address of a page, with {0} for the name of the command; null if the pages are not on the web.</param>
    public static void Write(IEnumerable<HelpPage> pages, Stream output, string? address = null)
    {
        using var xml = XmlWriter.Create(output, Settings);
        xml.WriteStartElement("helpItems", "http://msh");
        xml.WriteAttributeString("schema", "maml");
        xml.WriteAttributeString("xmlns", "c", null, Command);
        xml.WriteAttributeString("xmlns", "d", null, Dev);
        foreach (var page in pages)
        {
            Write(xml, page, address);
        }

        xml.WriteEndElement();
    }

    private static void Write(XmlWriter xml, HelpPage page, string? address)
    {
        xml.WriteStartElement("command", Command);
        xml.WriteAttributeString("xmlns", Maml);
        Details(xml, page);
        Paragraphs(xml, "description", page.Description);
        Element(xml, Command, "syntax", () => Each(page.Sets, set => Syntax(xml, page, set)));
        Element(xml, Command, "parameters", () => Each(page.Parameters.OrderBy(static parameter => parameter.Name, StringComparer.OrdinalIgnoreCase), parameter => Listed(xml, parameter, parameter.Uses[0])));
        Element(xml, Command, "inputTypes", () => Each(page.Inputs, value => Value(xml, "inputType", value)));
        Element(xml, Command, "returnValues", () => Each(page.Outputs, value => Value(xml, "returnValue", value)));
        Element(xml, Maml, "alertSet", () => Paragraphs(xml, "alert", page.Notes));
        Element(xml, Command, "examples", () => Each(page.Examples, example => Example(xml, example)));
        Element(xml, Command, "relatedLinks", () => Each(GetLinks(page, address), link => Link(xml, link)));
        xml.WriteEndElement();
    }

    private static void Details(XmlWriter xml, HelpPage page) => Element(xml, Command, "details", () =>
    {
        var name = page.Name.Split('-', 2);
        xml.WriteElementString("name", Command, page.Name);
        xml.WriteElementString("verb", Command, name[0]);
        xml.WriteElementString("noun", Command, name[^1]);
        Paragraphs(xml, "description", [page.Synopsis]);
    });

    private static void Syntax(XmlWriter xml, HelpPage page, string set) => Element(xml, Command, "syntaxItem", () =>
    {
        xml.WriteElementString("name", Maml, page.Name);
        Each(page.GetParameters(set), pair => InSyntax(xml, pair.Parameter, pair.Use));
    });

    private static void InSyntax(XmlWriter xml, HelpParameter parameter, ParameterUse use) => Element(xml, Command, "parameter", () =>
    {
        if (use.Required)
        {
            xml.WriteAttributeString("required", Text(true));
        }

        if (!use.IsNamed)
        {
            xml.WriteAttributeString("position", use.Position);
        }

        xml.WriteElementString("name", Maml, parameter.Name);
        if (use.AcceptedValues.Count > 0)
        {
            Element(xml, Command, "parameterValueGroup", () => Each(use.AcceptedValues, value => xml.WriteElementString("parameterValue", Command, value)));
        }
        else if (!use.IsSwitch)
        {
            xml.WriteElementString("parameterValue", Command, use.Type);
        }
    });

    private static void Listed(XmlWriter xml, HelpParameter parameter, ParameterUse use) => Element(xml, Command, "parameter", () =>
    {
        xml.WriteAttributeString("required", Text(use.Required));
        xml.WriteAttributeString("position", use.IsNamed ? "named" : use.Position);
        xml.WriteAttributeString("globbing", Text(use.Wildcards));
        xml.WriteAttributeString("pipelineInput", use.PipelineInput);
        xml.WriteAttributeString("aliases", use.Aliases.Count == 0 ? "none" : string.Join(", ", use.Aliases));
        xml.WriteElementString("name", Maml, parameter.Name);
        Paragraphs(xml, "Description", parameter.Description);
        ParameterValue(xml, use.Type, required: !use.IsSwitch);
        xml.WriteElementString("defaultValue", Dev, use.DefaultValue);
    });

    private static void ParameterValue(XmlWriter xml, string value, bool required)
    {
        xml.WriteStartElement("parameterValue", Command);
        xml.WriteAttributeString("required", Text(required));
        xml.WriteString(value);
        xml.WriteEndElement();
    }

    private static void Value(XmlWriter xml, string element, HelpValue value) => Element(xml, Command, element, () =>
    {
        Element(xml, Dev, "type", () => xml.WriteElementString("name", Maml, value.Type));
        Paragraphs(xml, "description", value.Description);
    });

    private static void Example(XmlWriter xml, HelpExample example) => Element(xml, Command, "example", () =>
    {
        xml.WriteElementString("title", Maml, "-- " + example.Title + " --");
        xml.WriteElementString("code", Dev, example.Code);
        Element(xml, Dev, "remarks", () => Each(example.Remarks, remark => xml.WriteElementString("para", Maml, remark)));
    });

    // Get-Help -Online opens the first address of the related links.
    private static IEnumerable<HelpLink> GetLinks(HelpPage page, string? address) => address is null
        ? page.Links
        : page.Links.Prepend(new HelpLink("Online version", address.Replace("{0}", page.Name, StringComparison.Ordinal)));

    private static void Link(XmlWriter xml, HelpLink link) => Element(xml, Maml, "navigationLink", () =>
    {
        xml.WriteElementString("linkText", Maml, link.Text);
        xml.WriteElementString("uri", Maml, link.Address);
    });

    private static void Paragraphs(XmlWriter xml, string element, IEnumerable<string> paragraphs) =>
        Element(xml, Maml, element, () => Each(paragraphs, paragraph => xml.WriteElementString("para", Maml, paragraph)));

    private static void Element(XmlWriter xml, string space, string name, Action content)
    {
        xml.WriteStartElement(name, space);
        content();
        xml.WriteEndElement();
    }

    private static void Each<T>(IEnumerable<T> values, Action<T> write)
    {
        foreach (var value in values)
        {
            write(value);
        }
    }

    private static string Text(bool value) => value ? "true" : "false";
}
