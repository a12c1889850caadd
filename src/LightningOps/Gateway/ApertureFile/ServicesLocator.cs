using System;
using System.Collections.Generic;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Finds the top-level services of the document Aperture reads: the first that is not null.</summary>
internal sealed class ServicesLocator(string text)
{
    private readonly ConfigEvents _events = new(text);
    private readonly Dictionary<string, bool> _isAnchorInServices = new(StringComparer.Ordinal);

    private ServicesPlace? _services;
    private int _indent;
    private int _contentEnd;

    /// <summary>The block to replace, or where to append one.</summary>
    /// <exception cref="ApertureConfigFormatException">The text cannot be spliced.</exception>
    public ServicesPlace Locate()
    {
        ServicesPlace? append = null;
        var isFound = false;
        _events.Take();
        while (_events.Current is DocumentStart)
        {
            _events.Take();
            _isAnchorInServices.Clear();
            if (isFound)
            {
                WalkNode(isServices: false);
                _events.Take();
                continue;
            }

            isFound = WalkRoot();
            var end = (DocumentEnd)_events.Take();
            if (isFound || append is null)
            {
                append = PlaceAfter(end);
            }
        }

        return _services ?? append ?? AppendAt(text.Length);
    }

    /// <summary>Walks a document's root; false when it is empty.</summary>
    private bool WalkRoot()
    {
        switch (_events.Current)
        {
            case Scalar { Value.Length: 0, Style: ScalarStyle.Plain, Anchor.IsEmpty: true, Tag.IsEmpty: true }:
                _events.Take();
                return false;
            case MappingStart { Style: not MappingStyle.Flow }:
                WalkSettings();
                return true;
            case MappingStart flow:
                throw Failure(flow.Start, "the settings are written in braces", "Write them in block style, each as \"key: value\" on a line of its own.");
            default:
                throw Failure(_events.Current.Start, "the file is not a mapping of settings", "Pass an aperture.yaml: each setting as \"key: value\" on a line of its own.");
        }
    }

    private void WalkSettings()
    {
        _indent = (int)_events.Take().Start.Column - 1;
        while (_events.Current is not MappingEnd)
        {
            var isServices = _events.Current is Scalar { Value: "services" };
            var key = _events.Current;
            _contentEnd = 0;
            WalkNode(isServices);
            WalkNode(isServices);
            if (isServices)
            {
                AddServices(key.Start);
            }
        }

        _events.Take();
    }

    private void AddServices(in Mark key)
    {
        if (_services is not null)
        {
            throw Failure(key, "the key \"services\" is there twice", "Remove one of the two; Aperture stops at a file like this.");
        }

        var start = StartOf(key);
        var end = LineIndex.EndsLine(text, _contentEnd) ? BeforeBlankLines(_contentEnd) : LineIndex.NextLine(text, _contentEnd);
        _services = new ServicesPlace(start, TrailingComments.EndOf(text, end, _indent), _indent, false);
    }

    /// <summary>The start of the key's line, which may hold the "?" of an explicit key before it.</summary>
    private int StartOf(in Mark key)
    {
        var start = LineIndex.StartOfLine(text, (int)key.Index);
        var before = text.Substring(start, (int)key.Index - start).Trim();
        return before is "" or "?" ? start : throw Failure(key, "the key \"services\" does not start its line", "Put it on a line of its own.");
    }

    /// <summary>A literal text ends behind the blank lines that follow it; they are no part of the block.</summary>
    private int BeforeBlankLines(int end)
    {
        while (end > 0)
        {
            var line = LineIndex.StartOfLine(text, end > 1 && text[end - 1] == '\n' && text[end - 2] == '\r' ? end - 2 : end - 1);
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
            var taken = _events.Take();
            depth += taken.NestingIncrease;
            CheckAnchor(taken, isServices);
            ExtendContent(taken);
        }
        while (depth > 0);
    }

    private void CheckAnchor(ParsingEvent taken, bool isServices)
    {
        if (taken is NodeEvent { Anchor.IsEmpty: false } node)
        {
            _isAnchorInServices[node.Anchor.Value] = isServices;
        }
        else if (taken is AnchorAlias alias)
        {
            if (!_isAnchorInServices.TryGetValue(alias.Value.Value, out var isInServices))
            {
                throw Failure(alias.Start, "no anchor &" + alias.Value.Value + " stands before the alias *" + alias.Value.Value, "Define the anchor before its use.");
            }

            if (isInServices && !isServices)
            {
                throw Failure(alias.Start, "the anchor &" + alias.Value.Value + " is defined in the services that are to be replaced", "Write the value out here, or define the anchor outside of services.");
            }
        }
    }

    /// <summary>
    /// Block collections end where the next token begins, comments later: only scalars, aliases and flow collections say
    /// where content ends, the last by the mark of their closing bracket. An empty scalar counts where it stands right after its "-" or ":".
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
        _contentEnd = Math.Max(_contentEnd, contentEnd);
    }

    private ServicesPlace PlaceAfter(DocumentEnd end)
    {
        if (!end.IsImplicit)
        {
            return AppendAt(LineIndex.StartOfLine(text, (int)end.Start.Index));
        }

        return AppendAt(_events.Current is DocumentStart next ? LineIndex.StartOfLine(text, (int)next.Start.Index) : text.Length);
    }

    private ServicesPlace AppendAt(int index) =>
        new(index, index, _indent, NeedsLineEnd: index > 0 && !LineIndex.EndsLine(text, index));

    private static ApertureConfigFormatException Failure(in Mark mark, string message, string remedy) =>
        new(message, remedy, (int)mark.Line, (int)mark.Column);
}
