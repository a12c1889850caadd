using System.Collections.Generic;
using System.Globalization;
using LightningOps.ApertureYaml.GoYaml;
using LightningOps.Settings;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Reads nodes into sections as goccy/go-yaml reads them into Aperture's structs: unknown keys are ignored,
/// wrong types stop it, null leaves the default.
/// </summary>
internal sealed class SectionBinder(ConfigFindings findings, YamlValues nodes, ExpansionLimit limit)
{
    private readonly MappingEntries entries = new(findings, nodes);
    private readonly ValueReader values = new(findings, nodes, limit);
    private readonly UnknownKeys unknownKeys = new(findings);
    private readonly AnchorTypes anchors = new(findings);

    /// <summary>Reads the top level of a file; null when the node is no mapping, which is reported.</summary>
    public Section? BindRoot(YamlNode node)
    {
        var root = Bind(node, ApertureSchema.Root, string.Empty, node.Position);
        anchors.Report();
        foreach (var alias in nodes.AmbiguousAliases)
        {
            // It keeps the value that it decodes first, in the order of its structs, unless that has another type (decode.go, decodeValue).
            findings.Warn("anchor_redefined", "several values have the anchor &" + alias.Name + "; which of them Aperture reads for *" + alias.Name + " depends on the order of its own settings: use a different name for each", alias.Position);
        }

        return root;
    }

    private Section? BindItem(YamlNode node, SectionType type, string path) =>
        values.IsNull(node) ? null : Bind(node, type, path, node.Position) ?? new Section(path, node.Position, isUnreadable: true);

    private Section? Bind(YamlNode node, SectionType type, string path, TextPosition position)
    {
        if (entries.GetSettings(nodes.Resolve(node) ?? node, path) is not { } settings)
        {
            ReportNotMapping(node, path);
            return null;
        }

        var section = new Section(path, position);
        List<MappingEntry>? unknown = null;
        foreach (var entry in settings)
        {
            var settingPath = section.GetPath(entry.Key);
            if (type.Keys.TryGetValue(entry.Key, out var settingType))
            {
                anchors.Enter(type, entry.Key);
                anchors.Note(entry.Value, settingType, settingPath);
                section.Set(entry.Key, Read(entry.Value, settingType, settingPath, entry.Position));
                anchors.Leave();
            }
            else
            {
                section.HasUnknownKeys = true;
                (unknown ??= new List<MappingEntry>()).Add(entry);
            }
        }

        foreach (var entry in unknown ?? [])
        {
            unknownKeys.Report(entry, type, section);
        }

        return section;
    }

    private Setting Read(YamlNode node, SettingType type, string path, TextPosition keyPosition)
    {
        if (values.IsNull(node))
        {
            return new Setting(keyPosition, null);
        }

        switch (type.Kind)
        {
            case SettingKind.Section:
                var section = Bind(node, type.Section!, path, keyPosition);
                return new Setting(keyPosition, section, section is null);
            case SettingKind.SectionList:
                return ReadSections(node, type.Section!, path, keyPosition);
            case SettingKind.TextList:
                return values.Texts(node, path);
            case SettingKind.TextMap:
                return values.TextMap(node, path, entries);
            default:
                return values.Scalar(node, type, path);
        }
    }

    private Setting ReadSections(YamlNode node, SectionType type, string path, TextPosition position)
    {
        if (nodes.GetItems(nodes.Resolve(node) ?? node) is not { } items)
        {
            findings.Error("invalid_type", "a list is expected here: start each item with \"- \"", node.Position, path);
            return new Setting(position, null, true);
        }

        limit.CountVisits(items.Count, node.Position);
        var sections = new List<Section?>(items.Count);
        foreach (var item in items)
        {
            var itemPath = path + "[" + sections.Count.ToString(CultureInfo.InvariantCulture) + "]";
            anchors.EnterItem(sections.Count);
            anchors.NoteItem(item, type, itemPath);
            sections.Add(BindItem(item, type, itemPath));
            anchors.Leave();
        }

        return new Setting(position, sections);
    }

    private void ReportNotMapping(YamlNode node, string path)
    {
        if (nodes.Resolve(node) is YamlTagNode { Value: YamlMappingNode } or YamlAnchorNode { Value: YamlTagNode { Value: YamlMappingNode } })
        {
            findings.Error("invalid_type", "Aperture cannot read a mapping with a YAML tag: remove the tag", node.Position, path);
        }
        else
        {
            findings.Error("invalid_type", "settings are expected here, each as \"key: value\" on an indented line of its own", node.Position, path);
        }
    }
}
