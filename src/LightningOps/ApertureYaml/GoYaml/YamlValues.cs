using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml.GoYaml;

/// <summary>
/// What nodes stand for, as goccy/go-yaml v1.15.23 decodes them (decode.go; MIT License, Copyright (c) 2019 Masaaki
/// Goshima). An anchor means what was read last under its name.
/// </summary>
internal sealed class YamlValues(ExpansionLimit limit)
{
    private const int MaxSteps = 10_000;

    private readonly Dictionary<string, YamlNode?> anchors = new(StringComparer.Ordinal);
    private readonly Dictionary<YamlAliasNode, GoScalar> aliases = new();
    private readonly Dictionary<string, YamlAnchorNode> definitions = new(StringComparer.Ordinal);
    private readonly HashSet<string> redefined = new(StringComparer.Ordinal);
    private int steps;

    /// <summary>The aliases of names that several anchors have, in the order of the text.</summary>
    public IEnumerable<YamlAliasNode> AmbiguousAliases =>
        redefined.Count == 0 ? [] : aliases.Keys.Where(alias => redefined.Contains(alias.Name)).OrderBy(static alias => alias.Position.Line).ThenBy(static alias => alias.Position.Column);

    /// <summary>The value of a node; of a collection only that it is one.</summary>
    /// <exception cref="ApertureConfigFormatException">goccy/go-yaml refuses it.</exception>
    public GoScalar GetValue(YamlNode? node)
    {
        StepIn(node);
        var value = Read(node);
        steps--;
        return value;
    }

    /// <summary>The node that is decoded in the place of an alias; null where goccy/go-yaml finds none.</summary>
    public YamlNode? Resolve(YamlNode node) => node is YamlAliasNode alias ? anchors.TryGetValue(alias.Name, out var found) ? found : alias : node;

    /// <summary>The entries of a mapping, behind anchors and aliases; null when the node is none. A tag hides a mapping.</summary>
    /// <param name="node">The node.</param>
    /// <param name="isMerge">Whether a list of mappings counts as one.</param>
    public List<(YamlNode Key, YamlNode Value)>? GetMapping(YamlNode? node, bool isMerge)
    {
        StepIn(node);
        var entries = ReadMapping(node, isMerge);
        steps--;
        if (node is not null)
        {
            limit.CountVisits(entries?.Count ?? 0, node.Position);
        }

        return entries;
    }

    /// <summary>The items of a list, behind an anchor or an alias; null when the node is none.</summary>
    public List<YamlNode>? GetItems(YamlNode node)
    {
        var list = node switch
        {
            YamlAnchorNode anchor => anchor.Value,
            YamlAliasNode alias when anchors.TryGetValue(alias.Name, out var found) => found,
            _ => node,
        };
        return (list is YamlTagNode tag ? tag.Value : list) is YamlSequenceNode sequence ? sequence.Items : null;
    }

    /// <summary>Whether a key is <c>&lt;&lt;</c>.</summary>
    public static bool IsMerge(YamlNode key) => key switch
    {
        YamlScalarNode scalar => scalar.Kind == YamlTokenKind.MergeKey,
        YamlKeyNode explicitKey => IsMerge(explicitKey.Value),
        YamlAnchorNode anchor => IsMerge(anchor.Value),
        YamlTagNode tag => IsMerge(tag.Value),
        _ => false,
    };

    private static ApertureConfigFormatException Failure(YamlNode? node, string message, string remedy)
    {
        var place = node?.Position ?? TextPosition.Start;
        return new ApertureConfigFormatException(message, remedy, place.Line, place.Column);
    }

    private void StepIn(YamlNode? node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (++steps > MaxSteps)
        {
            throw Failure(node, "settings that nest or refer to one another without end", "Write the settings in full instead of referring to anchors.");
        }
    }

    private List<(YamlNode Key, YamlNode Value)>? ReadMapping(YamlNode? node, bool isMerge)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                return mapping.Entries;
            case YamlAnchorNode anchor:
                anchors[anchor.Name] = anchor.Value;
                return GetMapping(anchor.Value, isMerge);
            case YamlAliasNode alias:
                return anchors.TryGetValue(alias.Name, out var found) && found is not null ? GetMapping(found, isMerge) : null;
            case YamlSequenceNode sequence when isMerge:
                var entries = new List<(YamlNode Key, YamlNode Value)>();
                foreach (var item in sequence.Items)
                {
                    if (GetMapping(item, isMerge: false) is not { } merged)
                    {
                        return null;
                    }

                    entries.AddRange(merged);
                }

                return entries;
            default:
                return null;
        }
    }

    private GoScalar Read(YamlNode? node)
    {
        switch (node)
        {
            case YamlScalarNode scalar:
                return GoScalar.From(scalar);
            case YamlTagNode tag:
                return ReadTagged(tag);
            case YamlAnchorNode anchor:
                NoteDefinition(anchor);
                anchors[anchor.Name] = null;
                var anchored = GetValue(anchor.Value);
                anchors[anchor.Name] = anchor.Value;
                return anchored;
            case YamlAliasNode alias:
                return ReadAlias(alias);
            case YamlKeyNode key:
                return GetValue(key.Value);
            case YamlMappingNode mapping:
                ReadEntries(mapping.Entries);
                return GoScalar.Collection;
            case YamlSequenceNode sequence:
                foreach (var item in sequence.Items)
                {
                    Visit(item);
                }

                return GoScalar.Collection;
            default:
                return GoScalar.Null;
        }
    }

    private void NoteDefinition(YamlAnchorNode anchor)
    {
        if (!definitions.TryGetValue(anchor.Name, out var first))
        {
            definitions.Add(anchor.Name, anchor);
        }
        else if (!ReferenceEquals(first, anchor))
        {
            redefined.Add(anchor.Name);
        }
    }

    private void ReadEntries(List<(YamlNode Key, YamlNode Value)> entries)
    {
        foreach (var (key, value) in entries)
        {
            StepIn(key);
            if (!IsMerge(key))
            {
                Visit(key);
                Visit(value);
            }
            else if (GetMapping(value, isMerge: true) is { } merged)
            {
                ReadEntries(merged);
            }
            else
            {
                throw Failure(key, "a merge key (\"<<\") has a value that is not a mapping", "Merge one anchor of a mapping, or write the settings in full.");
            }

            steps--;
        }
    }

    /// <summary>Looks for what is refused below a node, and for anchors; a scalar has neither.</summary>
    private void Visit(YamlNode node)
    {
        if (node is not YamlScalarNode)
        {
            GetValue(node);
        }
    }

    private GoScalar ReadAlias(YamlAliasNode alias)
    {
        if (aliases.TryGetValue(alias, out var known))
        {
            return known;
        }

        aliases[alias] = GoScalar.Null;
        if (!anchors.TryGetValue(alias.Name, out var node))
        {
            throw Failure(alias, "no anchor &" + alias.Name + " precedes the alias *" + alias.Name, "Define the anchor before its use, or quote the text if it is not an alias.");
        }

        var value = GetValue(node);
        aliases[alias] = value;
        return value;
    }

    private GoScalar ReadTagged(YamlTagNode tag)
    {
        if (!tag.IsRedefined && tag.Token.Value == "!!null")
        {
            return GoScalar.Null;
        }

        if (!tag.IsRedefined && tag.Token.Value == "!!timestamp")
        {
            return GoScalar.Time;
        }

        var value = GetValue(tag.Value);
        switch (tag.IsRedefined ? "!!str" : tag.Token.Value)
        {
            case "!!str":
                return GoScalar.FromText(value.Kind == GoScalarKind.Null ? string.Empty : value.AsText());
            case "!!int":
                return GoScalar.FromTagged(long.TryParse(value.AsText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : BigInteger.Zero);
            case "!!float":
                return ReadFloat(value);
            case "!!binary":
                return value.Kind == GoScalarKind.Text
                    ? GoScalar.FromText(ReadBase64(value.Text)) with { Kind = GoScalarKind.Bytes }
                    : throw Failure(tag, "!!binary has a value that is not text", "Remove the tag.");
            case "!!bool":
                return value.AsText().ToLowerInvariant() switch
                {
                    "true" or "t" or "1" or "yes" => GoScalar.FromFlag(true),
                    "false" or "f" or "0" or "no" => GoScalar.FromFlag(false),
                    _ => throw Failure(tag, "!!bool has a value that is neither true nor false", "Remove the tag, and write true or false."),
                };
            default:
                return value;
        }
    }

    private static GoScalar ReadFloat(GoScalar value) => value.Kind switch
    {
        GoScalarKind.Integer or GoScalarKind.TaggedInteger => GoScalar.FromFloat((double)value.Integer),
        GoScalarKind.Float => value,
        GoScalarKind.Text => GoScalar.FromFloat(GoNumber.TryFloat(value.Text, out var number) ? number : 0),
        _ => GoScalar.FromTagged(BigInteger.Zero),
    };

    /// <summary>What can be decoded before the first character that cannot.</summary>
    private static string ReadBase64(string text)
    {
        text = text.Replace("\n", string.Empty).Replace("\r", string.Empty);
        for (var length = text.Length - (text.Length % 4); length > 0; length -= 4)
        {
            try
            {
                return Encoding.UTF8.GetString(Convert.FromBase64String(text.Substring(0, length)));
            }
            catch (FormatException)
            {
            }
        }

        return string.Empty;
    }
}
