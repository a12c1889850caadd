using System;
using System.Collections.Generic;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Builds nodes from events without recursion, so that depth costs no stack. Anchors stay known for the whole
/// document; an anchor written twice means its latest node.
/// </summary>
internal sealed class ConfigTree(ConfigEvents events, ConfigFindings findings, ExpansionLimit limit)
{
    private readonly Dictionary<string, ConfigNode> _anchors = new(StringComparer.Ordinal);
    private readonly Stack<Branch> _open = new();

    /// <summary>Reads the node that starts at the current event.</summary>
    public ConfigNode ReadNode()
    {
        while (true)
        {
            var node = TakeStart();
            while (node is not null)
            {
                if (_open.Count == 0)
                {
                    return node;
                }

                _open.Peek().Add(node, findings);
                node = null;
                if (events.Current is MappingEnd or SequenceEnd)
                {
                    events.Take();
                    node = _open.Pop().Node;
                }
            }
        }
    }

    /// <summary>The complete node of this event, or null after opening a collection that has content.</summary>
    private ConfigNode? TakeStart()
    {
        var started = events.Take();
        limit.CountRead();
        var position = TextPosition.Of(started.Start);
        switch (started)
        {
            case AnchorAlias alias:
                return new AliasNode(position, alias.Value.Value, Anchored(alias));
            case Scalar scalar:
                return Remember(scalar, new ScalarNode(position, TagOf(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain));
            case MappingStart mapping:
                return Open(Remember(mapping, new MappingNode(position, TagOf(mapping))));
            case SequenceStart sequence:
                return Open(Remember(sequence, new SequenceNode(position, TagOf(sequence))));
            default:
                throw new ApertureConfigFormatException("not YAML: a value is missing", "Correct the YAML there.", position.Line, position.Column);
        }
    }

    private ConfigNode? Open(ConfigNode collection)
    {
        if (events.Current is MappingEnd or SequenceEnd)
        {
            events.Take();
            return collection;
        }

        _open.Push(new Branch(collection));
        return null;
    }

    private ConfigNode Anchored(AnchorAlias alias) =>
        _anchors.TryGetValue(alias.Value.Value, out var node)
            ? node
            : throw new ApertureConfigFormatException(
                "no anchor &" + alias.Value.Value + " stands before the alias *" + alias.Value.Value,
                "Define the anchor before its use, or quote the text if it is none.",
                (int)alias.Start.Line,
                (int)alias.Start.Column);

    private ConfigNode Remember(NodeEvent started, ConfigNode node)
    {
        if (!started.Anchor.IsEmpty)
        {
            _anchors[started.Anchor.Value] = node;
        }

        return node;
    }

    private static string? TagOf(NodeEvent started) =>
        started.Tag.IsEmpty || started.Tag.IsNonSpecific ? null : started.Tag.Value;

    /// <summary>A collection whose end has not come yet.</summary>
    private sealed class Branch(ConfigNode node)
    {
        private readonly KeySet _keys = new();
        private ConfigNode? _key;

        public ConfigNode Node { get; } = node;

        public void Add(ConfigNode child, ConfigFindings findings)
        {
            if (Node is SequenceNode sequence)
            {
                sequence.Items.Add(child);
            }
            else if (_key is null)
            {
                _key = child;
                _keys.Add(child, findings);
            }
            else
            {
                ((MappingNode)Node).Entries.Add(new ConfigEntry(_key, child));
                _key = null;
            }
        }
    }
}
