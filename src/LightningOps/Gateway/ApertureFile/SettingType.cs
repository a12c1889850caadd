using System.Collections.Generic;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>What a setting holds.</summary>
internal enum SettingKind
{
    Text,

    /// <summary>Text of a Go type of its own, which cannot take a number or a Boolean.</summary>
    NamedText,
    Flag,
    Number,
    Duration,
    TextList,
    TextMap,
    Section,
    SectionList,
}

/// <summary>The Go type of a setting.</summary>
internal sealed record SettingType(SettingKind Kind, long Min = 0, long Max = 0, SectionType? Section = null)
{
    public static SettingType Text { get; } = new(SettingKind.Text);

    public static SettingType NamedText { get; } = new(SettingKind.NamedText);

    public static SettingType Flag { get; } = new(SettingKind.Flag);

    public static SettingType Int { get; } = new(SettingKind.Number, long.MinValue, long.MaxValue);

    public static SettingType Int32 { get; } = new(SettingKind.Number, int.MinValue, int.MaxValue);

    public static SettingType UInt16 { get; } = new(SettingKind.Number, 0, ushort.MaxValue);

    public static SettingType Duration { get; } = new(SettingKind.Duration);

    public static SettingType TextList { get; } = new(SettingKind.TextList);

    public static SettingType TextMap { get; } = new(SettingKind.TextMap);

    public static SettingType Of(SectionType section) => new(SettingKind.Section, Section: section);

    public static SettingType ListOf(SectionType section) => new(SettingKind.SectionList, Section: section);
}

/// <summary>The settings of one mapping.</summary>
/// <param name="Keys">What Aperture's YAML reader looks for: the lower-cased names of the Go fields.</param>
/// <param name="OptionNames">Names of command-line options that the reader does not know, each with the key it does.</param>
internal sealed record SectionType(IReadOnlyDictionary<string, SettingType> Keys, IReadOnlyDictionary<string, string> OptionNames);
