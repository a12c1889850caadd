using System.Collections.Generic;
using System.Globalization;
using LightningOps.ApertureYaml.Edit;
using LightningOps.Settings;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Reads nodes into sections as goccy/go-yaml reads them into Aperture's structs: unknown keys are ignored,
/// wrong types stop it, null leaves the default.
/// </summary>
internal sealed class SectionBinder(ConfigFindings findings, ExpansionLimit limit)
{
    private readonly MappingEntries entries = new(findings, limit);
    private readonly ValueReader values = new(findings, limit);

    /// <summary>Reads an item of a list; null when it is null, unreadable when it is not a mapping.</summary>
    public Section? BindItem(ConfigNode node, SectionType type, string path) =>
        ValueReader.IsNull(node) ? null : Bind(node, type, path, node.Position) ?? new Section(path, node.Position, isUnreadable: true);

    /// <summary>Reads one mapping; null when the node is not a mapping, which is reported.</summary>
    public Section? Bind(ConfigNode node, SectionType type, string path, TextPosition position)
    {
        if (node.Target is not MappingNode mapping || mapping.Tag is not null)
        {
            ReportNotMapping(node, path);
            return null;
        }

        var section = new Section(path, position);
        foreach (var entry in entries.GetEntries(mapping, path))
        {
            var key = entry.Key;
            var settingPath = section.GetPath(key.Text);
            if (type.Keys.TryGetValue(key.Text, out var settingType))
            {
                section.Set(key.Text, Read(entry.Value, settingType, settingPath, key.Position));
            }
            else
            {
                ReportUnknown(key, type, settingPath);
            }
        }

        return section;
    }

    private Setting Read(ConfigNode node, SettingType type, string path, TextPosition keyPosition)
    {
        if (node is StreamedNode || ValueReader.IsNull(node))
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

    private Setting ReadSections(ConfigNode node, SectionType type, string path, TextPosition position)
    {
        if (node.Target is not SequenceNode sequence)
        {
            findings.Error("invalid_type", "a list is expected here: start each item with \"- \"", node.Position, path);
            return new Setting(position, null, true);
        }

        limit.CountVisits(sequence.Items.Count, node.Position);
        var sections = new List<Section?>();
        foreach (var item in sequence.Items)
        {
            sections.Add(BindItem(item, type, path + "[" + sections.Count.ToString(CultureInfo.InvariantCulture) + "]"));
        }

        return new Setting(position, sections);
    }

    private void ReportNotMapping(ConfigNode node, string path)
    {
        if (node.Target is MappingNode)
        {
            findings.Error("invalid_type", "Aperture cannot read a mapping with a YAML tag: remove the tag", node.Position, path);
        }
        else
        {
            findings.Error("invalid_type", "settings are expected here, each as \"key: value\" on an indented line of its own", node.Position, path);
        }
    }

    private void ReportUnknown(ScalarNode key, SectionType type, string path)
    {
        const string Unknown = "unknown_key";
        if (type.OptionNames.TryGetValue(key.Text, out var read))
        {
            if (read == "databasefilename")
            {
                findings.Error(
                    "option_name_as_key",
                    "Aperture ignores \"dbfile\" and opens the database of the account's default directory, which other gateways of the account share: a credential of one opens the other; rename it to \"databasefilename\"",
                    key.Position,
                    path,
                    read,
                    ApertureVersions.None);
                return;
            }

            findings.Warn(
                "option_name_as_key",
                "\"" + key.Text + "\" is a command-line option of Aperture; in YAML it reads \"" + read + "\" and ignores this key: rename it",
                key.Position,
                path,
                read);
            return;
        }

        var suggestion = findings.HasRoom(Unknown) ? KeySuggestion.Nearest(key.Text, type.Keys.Keys) : null;
        findings.Warn(
            Unknown,
            "Aperture has no setting \"" + key.Text + "\" here and silently ignores it: " + (suggestion is null ? "remove it or correct its name or indentation" : "did you mean \"" + suggestion + "\"?"),
            key.Position,
            path,
            suggestion);
    }
}
