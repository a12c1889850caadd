using System;
using System.Collections.Generic;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Builds nodes from events without recursion, so that depth costs no stack. Anchors are known for the whole
/// document; the latest node of an anchor counts.
/// </summary>
internal sealed class ConfigTree(ConfigEvents events, ConfigFindings findings, ExpansionLimit limit)
{
    private readonly Dictionary<string, ConfigNode> anchors = new(StringComparer.Ordinal);
    private readonly Stack<Branch> open = new();

    /// <summary>Reads the node that starts at the current event.</summary>
    public ConfigNode ReadNode()
    {
        while (true)
        {
            var node = ReadStart();
            while (node is not null)
            {
                if (open.Count == 0)
                {
                    return node;
                }

                open.Peek().Add(node, findings);
                node = null;
                if (events.Current is (MappingEnd or SequenceEnd) && open.Peek().CanEnd)
                {
                    events.Read();
                    node = open.Pop().Node;
                }
            }
        }
    }

    /// <summary>The complete node of this event, or null after opening a collection that has content.</summary>
    private ConfigNode? ReadStart()
    {
        var started = events.ReadNode();
        limit.CountRead();
        var position = TextPosition.From(started.Start);
        switch (started)
        {
            case AnchorAlias alias:
                return new AliasNode(position, alias.Value.Value, Anchored(alias));
            case Scalar scalar:
                return Remember(scalar, new ScalarNode(position, GetTag(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain));
            case MappingStart mapping:
                return Open(Remember(mapping, new MappingNode(position, GetTag(mapping))));
            case SequenceStart sequence:
                return Open(Remember(sequence, new SequenceNode(position, GetTag(sequence))));
            default:
                throw new ApertureConfigFormatException("not YAML: an unknown kind of value", "Correct the YAML there.", position.Line, position.Column);
        }
    }

    private ConfigNode? Open(ConfigNode collection)
    {
        if (events.Current is MappingEnd or SequenceEnd)
        {
            events.Read();
            return collection;
        }

        open.Push(new Branch(collection));
        return null;
    }

    private ConfigNode Anchored(AnchorAlias alias) =>
        anchors.TryGetValue(alias.Value.Value, out var node)
            ? node
            : throw new ApertureConfigFormatException(
                "no anchor &" + alias.Value.Value + " precedes the alias *" + alias.Value.Value,
                "Define the anchor before its use, or quote the text if it is not an alias.",
                (int)alias.Start.Line,
                (int)alias.Start.Column);

    private ConfigNode Remember(NodeEvent started, ConfigNode node)
    {
        if (!started.Anchor.IsEmpty)
        {
            anchors[started.Anchor.Value] = node;
        }

        return node;
    }

    private static string? GetTag(NodeEvent started) =>
        started.Tag.IsEmpty || started.Tag.IsNonSpecific ? null : started.Tag.Value;

    /// <summary>A collection that has not ended yet.</summary>
    private sealed class Branch(ConfigNode node)
    {
        private readonly KeySet keys = new();
        private ConfigNode? key;

        public ConfigNode Node { get; } = node;

        /// <summary>Whether no key is waiting for its value.</summary>
        public bool CanEnd => key is null;

        public void Add(ConfigNode child, ConfigFindings findings)
        {
            if (Node is SequenceNode sequence)
            {
                sequence.Items.Add(child);
            }
            else if (key is null)
            {
                key = child;
                keys.Add(child, findings);
            }
            else
            {
                ((MappingNode)Node).Entries.Add(new ConfigEntry(key, child));
                key = null;
            }
        }
    }
}

/// <summary>
/// Bounds the expansion of aliases and merge keys. Each node counts once when it is read and once per visit; visits
/// may exceed reads by a million.
/// </summary>
internal sealed class ExpansionLimit
{
    private const long Allowance = 1_000_000;

    private long balance = Allowance;

    /// <summary>Counts a node of the file.</summary>
    public void CountRead() => balance++;

    /// <summary>Counts visits of nodes.</summary>
    /// <exception cref="ApertureConfigFormatException">The aliases of the file expand too far.</exception>
    public void CountVisits(int nodes, TextPosition at)
    {
        balance -= nodes;
        if (balance < 0)
        {
            throw new ApertureConfigFormatException("aliases that expand to more than a million values", "Write the settings in full instead of referring to anchors.", at.Line, at.Column);
        }
    }
}
