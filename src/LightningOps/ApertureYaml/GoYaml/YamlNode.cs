using System.Collections.Generic;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml.GoYaml;

/// <summary>A node of a YAML text as goccy/go-yaml builds it: anchors, aliases and tags stand around what they belong to.</summary>
internal abstract class YamlNode(YamlToken token)
{
    /// <summary>The token the node is known by.</summary>
    public YamlToken Token { get; } = token;

    /// <summary>Where it is in the file.</summary>
    public virtual TextPosition Position => Token.Place;
}

/// <summary>A value that is no collection; of a block text, <paramref name="text"/> is what stands in it.</summary>
internal sealed class YamlScalarNode(YamlToken token, YamlTokenKind kind, string text) : YamlNode(token)
{
    public YamlTokenKind Kind { get; } = kind;

    public string Text { get; } = text;
}

/// <summary>A list.</summary>
internal sealed class YamlSequenceNode(YamlToken token) : YamlNode(token)
{
    public List<YamlNode> Items { get; } = new();
}

/// <summary>A mapping in its order, merge keys included; no key text stands twice in it, which was reported.</summary>
internal sealed class YamlMappingNode(YamlToken token) : YamlNode(token)
{
    public List<(YamlNode Key, YamlNode Value)> Entries { get; } = new();
}

/// <summary>An anchored node.</summary>
internal sealed class YamlAnchorNode(YamlToken token, string name, YamlNode value) : YamlNode(token)
{
    public string Name { get; } = name;

    public YamlNode Value { get; } = value;

    public override TextPosition Position => Value is YamlScalarNode { Kind: YamlTokenKind.Null } ? Token.Place : Value.Position;
}

/// <summary>A reference to an anchored node.</summary>
internal sealed class YamlAliasNode(YamlToken token, string name) : YamlNode(token)
{
    public string Name { get; } = name;
}

/// <summary>A node with a tag.</summary>
internal sealed class YamlTagNode(YamlToken token, YamlNode value, bool isRedefined) : YamlNode(token)
{
    public YamlNode Value { get; } = value;

    /// <summary>Whether a directive gives <c>!!</c> another meaning: the value is text then.</summary>
    public bool IsRedefined { get; } = isRedefined;
}

/// <summary>A key behind <c>?</c>.</summary>
internal sealed class YamlKeyNode(YamlToken token, YamlNode value) : YamlNode(token)
{
    public YamlNode Value { get; } = value;

    public override TextPosition Position => Value.Position;
}

/// <summary>A directive, which says nothing of a setting.</summary>
internal sealed class YamlDirectiveNode(YamlToken token) : YamlNode(token);
