using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml.GoYaml;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Aliases of sections. goccy/go-yaml keeps the value that it first decoded for an anchor, and crashes when a section
/// behind a pointer is an alias of a value of another type (decode.go, castToAssignableValue). It decodes the fields of
/// a struct in the struct's order, whatever the order of the file.
/// </summary>
internal sealed class AnchorTypes(ConfigFindings findings)
{
    private readonly List<(SectionType? Type, string Key, int Item)> place = new();
    private readonly List<Use> uses = new();

    /// <summary>Goes down to a setting.</summary>
    public void Enter(SectionType type, string key) => place.Add((type, key, 0));

    /// <summary>Goes down to an item of a list.</summary>
    public void EnterItem(int item) => place.Add((null, string.Empty, item));

    /// <summary>Goes back up.</summary>
    public void Leave() => place.RemoveAt(place.Count - 1);

    /// <summary>Notes the anchor or alias of a setting.</summary>
    public void Note(YamlNode node, SettingType type, string path) => Add(node, type.Kind == SettingKind.Section ? type.Section! : type.Kind, type.IsPointer, path);

    /// <summary>Notes the anchor or alias of an item.</summary>
    public void NoteItem(YamlNode node, SectionType type, string path) => Add(node, type, isPointer: true, path);

    /// <summary>Reports the aliases at which Aperture crashes.</summary>
    public void Report()
    {
        var types = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var use in uses.OrderBy(static use => use.Order, Comparer<int[]>.Create(Compare)))
        {
            if (!types.TryGetValue(use.Name, out var type))
            {
                if (!use.IsAlias)
                {
                    types.Add(use.Name, use.Type);
                }
            }
            else if (use.IsAlias && use.IsPointer && !type.Equals(use.Type))
            {
                findings.Error("alias_of_another_section", "Aperture crashes at the alias of a section of another kind: write the settings here in full", use.Position, use.Path);
            }
        }
    }

    private static int Compare(int[] one, int[] other)
    {
        for (var i = 0; i < Math.Min(one.Length, other.Length); i++)
        {
            if (one[i] != other[i])
            {
                return one[i].CompareTo(other[i]);
            }
        }

        return one.Length.CompareTo(other.Length);
    }

    private static int IndexInStruct(SectionType type, string key) => type.Keys.Keys.TakeWhile(known => known != key).Count();

    private void Add(YamlNode node, object type, bool isPointer, string path)
    {
        var name = node switch
        {
            YamlAnchorNode anchor => anchor.Name,
            YamlAliasNode alias => alias.Name,
            _ => null,
        };
        if (name is not null)
        {
            uses.Add(new Use(place.Select(static step => step.Type is { } section ? IndexInStruct(section, step.Key) : step.Item).ToArray(), name, type, node is YamlAliasNode, isPointer, node.Position, path));
        }
    }

    private sealed record Use(int[] Order, string Name, object Type, bool IsAlias, bool IsPointer, TextPosition Position, string Path);
}
