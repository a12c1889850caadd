using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Settings;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Reports the keys that Aperture ignores, each with the key that was probably meant. An ignored key is an error if the
/// one that was meant decides who enters, at which price, or whether it sells, and the section does not have it.
/// </summary>
internal sealed class UnknownKeys(ConfigFindings findings)
{
    private const string Unknown = "unknown_key";
    private const int MaxPlaces = 3;

    // The sections in which Aperture reads a key.
    private static readonly ILookup<string, string> Places = FindPlaces(ApertureSchema.Root, string.Empty).ToLookup(static place => place.Key, static place => place.Section, StringComparer.Ordinal);

    /// <summary>Reports one key.</summary>
    /// <param name="key">The key, which the section does not know.</param>
    /// <param name="type">The keys of the section.</param>
    /// <param name="section">The section, with the settings that it has.</param>
    public void Report(MappingEntry key, SectionType type, Section section)
    {
        var path = section.GetPath(key.Key);
        if (type.OptionNames.TryGetValue(key.Key, out var read))
        {
            Add(
                "option_name_as_key",
                read == "databasefilename" && !section.Has(read)
                    ? "Aperture ignores \"dbfile\" and opens the database of the account's default directory, which other gateways of the account share: a credential of one opens the other; rename it to \"databasefilename\""
                    : "\"" + key.Key + "\" is an option or a field of Aperture, but in YAML it reads \"" + read + "\" and ignores this key: rename it",
                read);
            return;
        }

        var suggestion = findings.HasRoom(Unknown) ? FindMeant(key.Key, type) : null;
        Add(
            Unknown,
            "Aperture has no setting \"" + key.Key + "\" here and silently ignores it: "
                + (suggestion is not null ? "did you mean \"" + suggestion + "\"?" : FindPlace(key.Key) is { } place ? "move it " + place : "remove it or correct its name or indentation"),
            suggestion);

        void Add(string code, string message, string? meant)
        {
            if (meant is not null && type.DecidingKeys.Contains(meant) && !section.Has(meant))
            {
                findings.Error(code, message, key.Position, path, meant, ApertureVersions.None);
            }
            else
            {
                findings.Warn(code, message, key.Position, path, meant);
            }
        }
    }

    private static string? FindMeant(string key, SectionType type) =>
        type.OtherNames.TryGetValue(KeySuggestion.Fold(key), out var meant) ? meant
        : KeySuggestion.Nearest(key, type.Keys.Keys) ?? KeySuggestion.FindExtended(key, type.Keys.Keys);

    // "under authenticator", "into a service"; null where it is read nowhere or in many sections.
    private static string? FindPlace(string key)
    {
        var sections = Places[KeySuggestion.Fold(key)].ToArray();
        return sections.Length is > 0 and <= MaxPlaces ? string.Join(" or ", sections) : null;
    }

    private static IEnumerable<(string Key, string Section)> FindPlaces(SectionType type, string path)
    {
        foreach (var (key, setting) in type.Keys.Select(static pair => (pair.Key, pair.Value)))
        {
            yield return (key, path.Length == 0 ? "to the top level" : path == "services" ? "into a service" : "under " + path.Replace("services.", string.Empty) + (path.StartsWith("services.", StringComparison.Ordinal) ? " of a service" : string.Empty));
            if (setting.Section is { } section)
            {
                foreach (var place in FindPlaces(section, path.Length == 0 ? key : path + "." + key))
                {
                    yield return place;
                }
            }
        }
    }
}
