using System;
using System.Collections.Generic;
using LightningOps.ApertureYaml.GoYaml;

namespace LightningOps.ApertureYaml.Check;

/// <summary>An entry of a mapping: its key as text, where the key is, and its value.</summary>
internal readonly record struct MappingEntry(string Key, TextPosition Position, YamlNode Value);

/// <summary>
/// The entries of a mapping with its merge keys resolved. Aperture's reader stops at a merged key that the mapping
/// sets again, and ignores a whole mapping with a key that is not text.
/// </summary>
internal sealed class MappingEntries(ConfigFindings findings, YamlValues values)
{
    private const int MaxMergeDepth = 64;

    /// <summary>The entries of settings in order, each key once; null when the node is no mapping.</summary>
    public IReadOnlyList<MappingEntry>? GetSettings(YamlNode node, string path)
    {
        if (values.GetMapping(node, isMerge: false) is not { } mapping)
        {
            return null;
        }

        return CollectSettings(mapping, path, 0) ?? [];
    }

    /// <summary>The entries of a mapping of texts in order, a later one in the place of an earlier one; null when the node is no mapping.</summary>
    public IReadOnlyList<MappingEntry>? GetTexts(YamlNode node, string path)
    {
        if (values.GetMapping(node, isMerge: false) is not { } mapping)
        {
            return null;
        }

        var entries = new TextEntries();
        CollectTexts(mapping, path, entries, 0);
        return entries.Entries;
    }

    private static ApertureConfigFormatException EndlessMerge(YamlNode key) =>
        new("merge keys that expand without end", "Write the settings in full instead of merging anchors into one another.", key.Position.Line, key.Position.Column);

    private List<MappingEntry>? CollectSettings(List<(YamlNode Key, YamlNode Value)> mapping, string path, int depth)
    {
        var entries = new List<MappingEntry>(mapping.Count);
        var isMerged = false;
        var isCompared = true;
        foreach (var (key, value) in mapping)
        {
            if (YamlValues.IsMerge(key))
            {
                isMerged = true;
                entries.AddRange(MergeSettings(key, value, path, depth));
                continue;
            }

            var text = values.GetValue(key);
            if (text.Kind != GoScalarKind.Text)
            {
                findings.Warn("key_not_text", "this key is not text, and Aperture ignores the whole mapping around it: quote the key", key.Position, path);
                return null;
            }

            isCompared &= key is YamlScalarNode;
            entries.Add(new MappingEntry(text.Text, key.Position, value));
        }

        // Texts of keys were compared while the file was read; a merge, an alias or a tag can still make two alike. Of two that were found alike the first counts.
        return isCompared && !isMerged && !findings.HasDuplicates ? entries : WithoutDuplicates(entries, path, isMerged);
    }

    private List<MappingEntry> MergeSettings(YamlNode key, YamlNode value, string path, int depth)
    {
        if (depth == MaxMergeDepth)
        {
            throw EndlessMerge(key);
        }

        if (values.GetMapping(value, isMerge: false) is { } merged)
        {
            return CollectSettings(merged, path, depth + 1) ?? [];
        }

        findings.Error("merge_not_mapping", "Aperture merges one mapping with \"<<\", not a list or a value: merge one anchor, or write the settings in full", key.Position, path);
        return [];
    }

    private List<MappingEntry> WithoutDuplicates(List<MappingEntry> entries, string path, bool isMerged)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        List<MappingEntry>? distinct = null;
        for (var i = 0; i < entries.Count; i++)
        {
            if (keys.Add(entries[i].Key))
            {
                distinct?.Add(entries[i]);
                continue;
            }

            distinct ??= entries.GetRange(0, i);
            if (!findings.IsDuplicateAt(entries[i].Position))
            {
                var cause = isMerged ? "also comes from a merge (\"<<\")" : "is set twice";
                findings.Error("duplicate_key", "\"" + entries[i].Key + "\" " + cause + ", and Aperture stops at a duplicate key: remove one of the two", entries[i].Position, path);
            }
        }

        return distinct ?? entries;
    }

    private void CollectTexts(List<(YamlNode Key, YamlNode Value)> mapping, string path, TextEntries entries, int depth)
    {
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping)
        {
            if (YamlValues.IsMerge(key))
            {
                if (depth == MaxMergeDepth)
                {
                    throw EndlessMerge(key);
                }

                if (values.GetMapping(value, isMerge: true) is { } merged)
                {
                    CollectTexts(merged, path, entries, depth + 1);
                }
                else
                {
                    findings.Error("merge_not_mapping", "Aperture merges mappings with \"<<\", not a value: merge an anchor, or write the texts in full", key.Position, path);
                }

                continue;
            }

            var name = values.GetValue(key);
            if (GetName(name) is not { } text)
            {
                findings.Error("invalid_type", "Aperture cannot read this key as text: quote the key", key.Position, path);
            }
            else if (name.Kind == GoScalarKind.Text && !own.Add(text) && !findings.IsDuplicateAt(key.Position))
            {
                findings.Error("duplicate_key", "\"" + text + "\" is set twice, and Aperture stops at a duplicate key: remove one of the two", key.Position, path);
            }
            else
            {
                entries.Set(new MappingEntry(text, key.Position, value));
            }
        }
    }

    /// <summary>A key as Go converts it to text: a whole number becomes the character with that number.</summary>
    private static string? GetName(GoScalar key) => key.Kind switch
    {
        GoScalarKind.Text or GoScalarKind.Bytes => key.Text,
        GoScalarKind.Null => string.Empty,
        GoScalarKind.Integer or GoScalarKind.TaggedInteger => key.Integer >= 0 && key.Integer <= 0x10ffff && !(key.Integer >= 0xd800 && key.Integer <= 0xdfff)
            ? char.ConvertFromUtf32((int)key.Integer)
            : "\ufffd",
        _ => null,
    };

    /// <summary>Entries by key, in the order of their first places.</summary>
    private sealed class TextEntries
    {
        private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

        public List<MappingEntry> Entries { get; } = new();

        public void Set(MappingEntry entry)
        {
            if (places.TryGetValue(entry.Key, out var place))
            {
                Entries[place] = entry;
            }
            else
            {
                places.Add(entry.Key, Entries.Count);
                Entries.Add(entry);
            }
        }
    }
}
