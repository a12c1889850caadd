using System;
using System.Collections.Generic;
using LightningOps.ApertureYaml.Check;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LightningOps.ApertureYaml.Edit;

/// <summary>Finds the top-level services of the document Aperture reads: the first that is not null.</summary>
internal sealed class ServicesLocator(string text)
{
    private readonly ConfigEvents events = new(text);
    private readonly Dictionary<string, bool> isAnchorInServices = new(StringComparer.Ordinal);

    private readonly EventFingerprint others = new();

    private ServicesPlace? services;
    private int indent;
    private int contentEnd;

    /// <summary>Fingerprint of the text apart from its services, once they are located.</summary>
    public ulong Others => others.Value;

    /// <summary>The block to replace, or where to append one.</summary>
    /// <exception cref="ApertureConfigFormatException">The text cannot be spliced.</exception>
    public ServicesPlace Locate()
    {
        ServicesPlace? append = null;
        var isFound = false;
        events.Read();
        while (events.Current is DocumentStart start)
        {
            events.Read();
            isAnchorInServices.Clear();
            if (isFound)
            {
                WalkNode(isServices: false);
                events.Read();
                continue;
            }

            isFound = WalkRoot();
            var end = (DocumentEnd)events.Read();
            if (isFound || append is null)
            {
                append = PlaceAfter(end);
            }

            // Aperture reads a document that is only a comment, and none after it.
            isFound |= events.Current is DocumentStart && events.HasComment(start.Start);
        }

        return services ?? append ?? AppendAt(text.Length);
    }

    /// <summary>Walks a document's root; false when it is empty or null.</summary>
    private bool WalkRoot()
    {
        switch (events.Current)
        {
            case Scalar { Value: "" or "~" or "null" or "Null" or "NULL", Style: ScalarStyle.Plain, Anchor.IsEmpty: true, Tag.IsEmpty: true }:
                events.Read();
                return false;
            case MappingStart { Style: not MappingStyle.Flow }:
                WalkSettings();
                return true;
            case MappingStart flow:
                throw Failure(flow.Start, "the settings are written in braces", "Write them in block style, each as \"key: value\" on a line of its own.");
            default:
                throw Failure(events.Current.Start, "the file is not a mapping of settings", "Pass an aperture.yaml: each setting as \"key: value\" on a line of its own.");
        }
    }

    private void WalkSettings()
    {
        indent = (int)events.Read().Start.Column - 1;
        while (events.Current is not MappingEnd)
        {
            var isServices = events.Current is Scalar { Value: "services" };
            var key = events.Current;
            contentEnd = 0;
            WalkNode(isServices);
            WalkNode(isServices);
            if (isServices)
            {
                AddServices(key.Start);
            }
        }

        events.Read();
    }

    private void AddServices(in Mark key)
    {
        if (services is not null)
        {
            throw Failure(key, "the key \"services\" occurs twice", "Remove one of the two; Aperture stops at such a file.");
        }

        var start = GetStart(key);
        var end = LineIndex.EndsLine(text, contentEnd) ? BeforeBlankLines(contentEnd) : LineIndex.NextLine(text, contentEnd);
        services = new ServicesPlace(start, TrailingComments.FindEnd(text, end, indent), indent, false);
    }

    /// <summary>The start of the key's line, which may hold the "?" of an explicit key before it.</summary>
    private int GetStart(in Mark key)
    {
        var start = LineIndex.GetLineStart(text, (int)key.Index);
        var before = text.Substring(start, (int)key.Index - start).Trim();
        return before is "" or "?" ? start : throw Failure(key, "the key \"services\" does not start its line", "Put it on a line of its own.");
    }

    /// <summary>A literal text includes the blank lines after it. They are not part of the block.</summary>
    private int BeforeBlankLines(int end)
    {
        while (end > 0)
        {
            var line = LineIndex.GetLineStart(text, end > 1 && text[end - 1] == '\n' && text[end - 2] == '\r' ? end - 2 : end - 1);
            if (!string.IsNullOrWhiteSpace(text.Substring(line, end - line)))
            {
                return end;
            }

            end = line;
        }

        return end;
    }

    private void WalkNode(bool isServices)
    {
        var depth = 0;
        do
        {
            var taken = depth == 0 ? events.ReadNode() : events.Read();
            depth += taken.NestingIncrease;
            CheckAnchor(taken, isServices);
            ExtendContent(taken);
            if (!isServices)
            {
                others.Add(taken);
            }
        }
        while (depth > 0);
    }

    private void CheckAnchor(ParsingEvent taken, bool isServices)
    {
        if (taken is NodeEvent { Anchor.IsEmpty: false } node)
        {
            isAnchorInServices[node.Anchor.Value] = isServices;
        }
        else if (taken is AnchorAlias alias)
        {
            if (!isAnchorInServices.TryGetValue(alias.Value.Value, out var isInServices))
            {
                throw Failure(alias.Start, "no anchor &" + alias.Value.Value + " precedes the alias *" + alias.Value.Value, "Define the anchor before its use.");
            }

            if (isInServices && !isServices)
            {
                throw Failure(alias.Start, "the anchor &" + alias.Value.Value + " is defined in the services that will be replaced", "Write the value here in full, or define the anchor outside of services.");
            }
        }
    }

    /// <summary>
    /// Extends the end of the content. Block collections end where the next token begins, after any comments. Only
    /// scalars, aliases and flow collections mark where content ends; a flow collection by its closing bracket. An
    /// empty scalar counts at its "-" or ":".
    /// </summary>
    private void ExtendContent(ParsingEvent taken)
    {
        var end = (int)Math.Min(taken.End.Index, text.Length);
        var contentEnd = taken switch
        {
            Scalar { Value.Length: 0, Style: ScalarStyle.Plain } when end == 0 || text[end - 1] is not ('-' or ':') => 0,
            Scalar or AnchorAlias => end,
            MappingEnd or SequenceEnd when end < text.Length && text[end] is ']' or '}' => end + 1,
            _ => 0,
        };
        this.contentEnd = Math.Max(this.contentEnd, contentEnd);
    }

    private ServicesPlace PlaceAfter(DocumentEnd end)
    {
        if (!end.IsImplicit)
        {
            return AppendAt(LineIndex.GetLineStart(text, (int)end.Start.Index));
        }

        return AppendAt(events.Current is DocumentStart next ? LineIndex.GetLineStart(text, (int)next.Start.Index) : text.Length);
    }

    private ServicesPlace AppendAt(int index) =>
        new(index, index, indent, NeedsLineEnd: index > 0 && !LineIndex.EndsLine(text, index));

    private static ApertureConfigFormatException Failure(in Mark mark, string message, string remedy) =>
        new(message, remedy, (int)mark.Line, (int)mark.Column);
}

/// <summary>Where services go in a text.</summary>
/// <param name="Start">Index of the first character to replace, at the start of a line unless a line end is needed.</param>
/// <param name="End">Index after the last character to replace.</param>
/// <param name="Indent">Spaces before the keys of the document.</param>
/// <param name="NeedsLineEnd">Whether the text before ends within a line.</param>
internal readonly record struct ServicesPlace(int Start, int End, int Indent, bool NeedsLineEnd);

/// <summary>The comments behind a block that are indented as its content is.</summary>
internal static class TrailingComments
{
    /// <summary>The index after the last such comment, or <paramref name="start"/> when there is none.</summary>
    public static int FindEnd(string text, int start, int indent)
    {
        var end = start;
        for (var line = start; line < text.Length; line = LineIndex.NextLine(text, line))
        {
            var content = line;
            while (content < text.Length && text[content] is ' ' or '\t')
            {
                content++;
            }

            if (content == text.Length || text[content] is '\n' or '\r')
            {
                continue;
            }

            if (text[content] != '#' || content - line <= indent)
            {
                break;
            }

            end = LineIndex.NextLine(text, line);
        }

        return end;
    }
}

/// <summary>A 64-bit FNV-1a hash of the meaning of events. Texts with equal settings have equal hashes.</summary>
internal sealed class EventFingerprint
{
    private const ulong Prime = 1_099_511_628_211;

    public ulong Value { get; private set; } = 14_695_981_039_346_656_037;

    /// <summary>Adds an event; its place and its style do not count.</summary>
    public void Add(ParsingEvent added)
    {
        Add((char)(added is Scalar ? 's' : added is AnchorAlias ? 'a' : added is MappingStart ? '{' : added is SequenceStart ? '[' : 'e'));
        if (added is AnchorAlias alias)
        {
            Add(alias.Value.Value);
        }

        if (added is NodeEvent node)
        {
            Add(node.Anchor.IsEmpty ? string.Empty : node.Anchor.Value);
            Add(node.Tag.IsEmpty ? string.Empty : node.Tag.IsNonSpecific ? "!" : node.Tag.Value);
        }

        if (added is Scalar scalar)
        {
            Add(scalar.IsPlainImplicit ? 'p' : 'q');
            Add(scalar.Value);
        }
    }

    private void Add(string text)
    {
        foreach (var character in text)
        {
            Add(character);
        }

        Add('\uffff');
    }

    private void Add(char character) => Value = unchecked((Value ^ character) * Prime);
}
