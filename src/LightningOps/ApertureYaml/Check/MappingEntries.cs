using System;
using System.Collections.Generic;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// The entries of a mapping with its merge keys resolved. Aperture's reader stops at a merged key that the mapping
/// sets again, and ignores a whole mapping with a key that is not text.
/// </summary>
internal sealed class MappingEntries(ConfigFindings findings, ExpansionLimit limit)
{
    private const int MaxMergeDepth = 64;

    /// <summary>The entries in order, each key once.</summary>
    public IReadOnlyList<(ScalarNode Key, ConfigNode Value)> GetEntries(MappingNode mapping, string path, bool mayOverride = false)
    {
        var entries = new List<(ScalarNode Key, ConfigNode Value)>(mapping.Entries.Count);
        Dictionary<string, int>? merged = null;
        if (!Collect(mapping, path, mayOverride, entries, ref merged, 0))
        {
            entries.Clear();
        }

        return entries;
    }

    private bool Collect(MappingNode mapping, string path, bool mayOverride, List<(ScalarNode Key, ConfigNode Value)> entries, ref Dictionary<string, int>? merged, int depth)
    {
        limit.CountVisits(mapping.Entries.Count, mapping.Position);
        foreach (var entry in mapping.Entries)
        {
            if (entry.Key.Target is not ScalarNode key || GoScalar.From(key).Kind != GoScalarKind.Text && !mayOverride)
            {
                findings.Warn("key_not_text", "this key is not text, and Aperture ignores the whole mapping around it: quote the key", entry.Key.Position, path);
                return mayOverride;
            }

            if (IsMerge(key))
            {
                if (!Merge(entry.Value, key, path, mayOverride, entries, ref merged, depth))
                {
                    return false;
                }
            }
            else
            {
                Add(key, entry.Value, entry.Key.Position, path, mayOverride, entries, merged, depth);
            }
        }

        return true;
    }

    private bool Merge(ConfigNode value, ScalarNode key, string path, bool mayOverride, List<(ScalarNode Key, ConfigNode Value)> entries, ref Dictionary<string, int>? merged, int depth)
    {
        if (value.Target is not MappingNode from)
        {
            findings.Error("merge_not_mapping", "Aperture merges one mapping with \"<<\", not a list or a value: merge one anchor, or write the settings in full", key.Position, path);
            return true;
        }

        if (depth == MaxMergeDepth)
        {
            throw new ApertureConfigFormatException("merge keys that expand without end", "Write the settings in full instead of merging anchors into one another.", key.Position.Line, key.Position.Column);
        }

        merged ??= CreateIndex(entries);
        return Collect(from, path, mayOverride, entries, ref merged, depth + 1);
    }

    private void Add(ScalarNode key, ConfigNode value, TextPosition position, string path, bool mayOverride, List<(ScalarNode Key, ConfigNode Value)> entries, Dictionary<string, int>? merged, int depth)
    {
        if (merged is null)
        {
            entries.Add((key, value));
        }
        else if (!merged.TryGetValue(key.Text, out var index))
        {
            merged.Add(key.Text, entries.Count);
            entries.Add((key, value));
        }
        else if (mayOverride)
        {
            entries[index] = (key, value);
        }
        else
        {
            findings.Error("duplicate_key", "\"" + key.Text + "\" also comes from a merge (\"<<\"), and Aperture stops at a duplicate key: remove one of the two", position, path);
        }
    }

    private static Dictionary<string, int> CreateIndex(List<(ScalarNode Key, ConfigNode Value)> entries)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < entries.Count; i++)
        {
            index[entries[i].Key.Text] = i;
        }

        return index;
    }

    private static bool IsMerge(ScalarNode key) => key.IsPlain && string.Equals(key.Text, "<<", StringComparison.Ordinal);
}
