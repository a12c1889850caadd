using System;
using System.Collections.Generic;

namespace LightningOps.ApertureYaml.Check;

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

/// <summary>The settings of one mapping, typed. A setting of the wrong type was reported and reads as its default.</summary>
internal sealed class Section(string path, TextPosition position, bool isUnreadable = false)
{
    private readonly Dictionary<string, Setting> settings = new(StringComparer.Ordinal);

    public string Path { get; } = path;

    public TextPosition Position { get; } = position;

    /// <summary>Whether the file has no mapping here, which was reported. Consequences are not reported again.</summary>
    public bool IsUnreadable { get; } = isUnreadable;

    /// <summary>The known keys that the file sets, in file order.</summary>
    public IEnumerable<string> Keys => settings.Keys;

    /// <summary>Whether the file sets the key, even to a wrong type.</summary>
    public bool Has(string key) => settings.ContainsKey(key);

    /// <summary>Whether the value has the wrong type. Consequences are not reported again.</summary>
    public bool IsBroken(string key) => settings.TryGetValue(key, out var setting) && setting.IsBroken;

    /// <summary>Whether the value of the key is missing or null.</summary>
    public bool IsNull(string key) => settings.TryGetValue(key, out var setting) && setting.Value is null && !setting.IsBroken;

    public string Text(string key, string byDefault = "") => Get(key) as string ?? byDefault;

    public bool Flag(string key) => Get(key) is true;

    public long Number(string key, long byDefault = 0) => Get(key) is long number ? number : byDefault;

    /// <summary>A duration in nanoseconds.</summary>
    public long Duration(string key, long byDefault = 0) => Number(key, byDefault);

    public IReadOnlyList<TextItem> Texts(string key) => Get(key) as IReadOnlyList<TextItem> ?? Array.Empty<TextItem>();

    /// <summary>The sections of a list; null where the file has a null item.</summary>
    public IReadOnlyList<Section?> Sections(string key) => Get(key) as IReadOnlyList<Section?> ?? Array.Empty<Section?>();

    /// <summary>A nested section; an empty one when the file has none.</summary>
    public Section Child(string key) => Get(key) as Section ?? new Section(GetPath(key), At(key));

    /// <summary>Position of the value, or of this section if the key is not set.</summary>
    public TextPosition At(string key) => settings.TryGetValue(key, out var setting) ? setting.Position : Position;

    /// <summary>The key with the path of this section before it.</summary>
    public string GetPath(string key) => Path.Length == 0 ? key : Path + "." + key;

    public void Set(string key, Setting setting) => settings[key] = setting;

    private object? Get(string key) => settings.TryGetValue(key, out var setting) ? setting.Value : null;
}

/// <summary>A setting's place and value: text, Boolean, 64-bit integer, section or list; null for YAML's null.</summary>
internal readonly record struct Setting(TextPosition Position, object? Value, bool IsBroken = false);

/// <summary>A text in a list or a map, with its position and key.</summary>
internal readonly record struct TextItem(string Key, string Text, TextPosition Position, string Path);
