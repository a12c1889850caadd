using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml.GoYaml;

/// <summary>What a token is.</summary>
internal enum YamlTokenKind
{
    None,
    DocumentHeader,
    DocumentEnd,
    SequenceEntry,
    MappingKey,
    MappingValue,
    MergeKey,
    CollectEntry,
    SequenceStart,
    SequenceEnd,
    MappingStart,
    MappingEnd,
    Comment,
    Anchor,
    Alias,
    Tag,
    Literal,
    Folded,
    SingleQuote,
    DoubleQuote,
    Directive,
    Null,
    Number,
    Special,
    Text,
    Bool,
}

/// <summary>What tokens are joined to before they are read.</summary>
internal enum YamlGroup
{
    None,
    Document,
    Directive,
    DirectiveName,
    Anchor,
    AnchorName,
    Alias,
    BlockText,
    ScalarTag,
    MapKey,
    MapKeyValue,
}

/// <summary>A token of a YAML text, or a group of them, which stands where its first one stands.</summary>
internal sealed class YamlToken
{
    public YamlToken(YamlTokenKind kind, string value, int line, int column, TextPosition place)
    {
        Kind = kind;
        Value = value;
        Line = line;
        Column = column;
        Place = place;
    }

    public YamlToken(YamlGroup group, params YamlToken[] members)
        : this(members[0].Kind, members[0].Value, members[0].Line, members[0].Column, members[0].Place)
    {
        Group = group;
        Members = members;
    }

    public YamlTokenKind Kind { get; set; }

    public string Value { get; }

    /// <summary>The line goccy/go-yaml counts, which decides what belongs together; not always the line of an editor.</summary>
    public int Line { get; }

    /// <summary>The column goccy/go-yaml counts, which decides what belongs together; not always the column of an editor.</summary>
    public int Column { get; }

    /// <summary>Where it is in the file.</summary>
    public TextPosition Place { get; }

    /// <summary>Line breaks in it as it is written, those before it left out.</summary>
    public int Breaks { get; set; }

    /// <summary>Line breaks in it as it is written, those before and behind it left out.</summary>
    public int InnerBreaks { get; set; }

    public YamlGroup Group { get; }

    public YamlToken[]? Members { get; }

    public YamlToken First => Members![0];

    public YamlToken Last => Members![Members.Length - 1];

    /// <summary>Whether it is a value that can stand behind a key on one line.</summary>
    public bool IsScalar => Group is not (YamlGroup.MapKey or YamlGroup.MapKeyValue)
        && Kind is YamlTokenKind.Anchor or YamlTokenKind.Alias or YamlTokenKind.Literal or YamlTokenKind.Folded or YamlTokenKind.Null or YamlTokenKind.Bool
            or YamlTokenKind.Number or YamlTokenKind.Special or YamlTokenKind.Text or YamlTokenKind.SingleQuote or YamlTokenKind.DoubleQuote;

    public bool IsMap => Members is null ? Kind is YamlTokenKind.MappingStart or YamlTokenKind.MappingEnd : Group is YamlGroup.MapKey or YamlGroup.MapKeyValue;
}
