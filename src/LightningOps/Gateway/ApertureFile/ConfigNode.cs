using System.Collections.Generic;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>A YAML node with its place. Tag is null unless the file writes one that is more than <c>!</c>.</summary>
internal abstract class ConfigNode(TextPosition position, string? tag)
{
    public TextPosition Position { get; } = position;

    public string? Tag { get; } = tag;

    /// <summary>The node an alias stands for; the node itself for any other.</summary>
    public virtual ConfigNode Target => this;
}

/// <summary>A scalar; a plain one is a word without quotes, whose text decides its type.</summary>
internal sealed class ScalarNode(TextPosition position, string? tag, string text, bool isPlain) : ConfigNode(position, tag)
{
    public string Text { get; } = text;

    public bool IsPlain { get; } = isPlain;
}

/// <summary>A sequence in its order.</summary>
internal sealed class SequenceNode(TextPosition position, string? tag) : ConfigNode(position, tag)
{
    public List<ConfigNode> Items { get; } = new();
}

/// <summary>A mapping in its order, merge keys and repeated keys included.</summary>
internal sealed class MappingNode(TextPosition position, string? tag) : ConfigNode(position, tag)
{
    public List<ConfigEntry> Entries { get; } = new();
}

/// <summary>A reference to an anchored node before it; the anchored node may contain the reference.</summary>
internal sealed class AliasNode(TextPosition position, string name, ConfigNode target) : ConfigNode(position, null)
{
    public string Name { get; } = name;

    public override ConfigNode Target { get; } = target;
}

/// <summary>A key and its value.</summary>
internal readonly record struct ConfigEntry(ConfigNode Key, ConfigNode Value);
