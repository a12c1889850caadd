using System;
using System.Collections.Generic;

namespace LightningOps.ApertureYaml.Check;

/// <summary>The settings of one mapping, typed; a setting that has the wrong type was reported and reads as its default.</summary>
internal sealed class Section(string path, TextPosition position, bool isUnreadable = false)
{
    private readonly Dictionary<string, Setting> settings = new(StringComparer.Ordinal);

    public string Path { get; } = path;

    public TextPosition Position { get; } = position;

    /// <summary>Whether the file has no mapping here, which was reported. Consequences are not reported again.</summary>
    public bool IsUnreadable { get; } = isUnreadable;

    /// <summary>Whether the file also sets keys that Aperture does not know.</summary>
    public bool HasUnknownKeys { get; set; }

    /// <summary>The keys the file sets that Aperture knows, in the file's order.</summary>
    public IEnumerable<string> Keys => settings.Keys;

    /// <summary>Whether the file sets the key, even to a wrong type.</summary>
    public bool Has(string key) => settings.ContainsKey(key);

    /// <summary>Whether the file sets this key and no other.</summary>
    public bool HasOnly(string key) => settings.Count == 1 && Has(key) && !HasUnknownKeys;

    /// <summary>Whether the key has a value its type refuses: what follows from it is not worth saying.</summary>
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
