using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml.GoYaml;

/// <summary>
/// Builds the nodes of a text from its tokens as goccy/go-yaml v1.15.23 does (parser/parser.go; MIT License,
/// Copyright (c) 2019 Masaaki Goshima).
/// </summary>
internal sealed class YamlParser
{
    /// <summary>goccy/go-yaml gives up past 10,000 steps, two for each mapping.</summary>
    private const int MaxDepth = 5_000;

    private readonly List<(YamlToken First, YamlToken Second)> duplicates;
    private string version = string.Empty;
    private bool isTagRedefined;
    private int depth;

    private YamlParser(List<(YamlToken First, YamlToken Second)> duplicates) => this.duplicates = duplicates;

    /// <summary>The documents in their order.</summary>
    /// <param name="text">The text.</param>
    /// <param name="duplicates">Receives each key that stands twice in one mapping, which goccy/go-yaml refuses.</param>
    /// <param name="dropped">Where a document begins that is dropped with all behind it; null where none is.</param>
    /// <exception cref="ApertureConfigFormatException">goccy/go-yaml refuses the text.</exception>
    /// <exception cref="System.InsufficientExecutionStackException">The text nests deeper than the stack allows.</exception>
    public static List<YamlDocument> Parse(string text, List<(YamlToken First, YamlToken Second)> duplicates, out TextPosition? dropped)
    {
        var parser = new YamlParser(duplicates);
        return YamlTokenGroups.GetDocuments(new YamlScanner(text).Scan(), out dropped).ConvertAll(parser.ParseDocument);
    }

    private static System.Exception Failure(YamlToken? at, string message) => YamlFailure.At(at?.Place ?? TextPosition.Start, message);

    private YamlDocument ParseDocument(YamlToken[] tokens)
    {
        if (tokens.Length == 0)
        {
            return new YamlDocument(TextPosition.Start, null);
        }

        var isEnded = tokens[tokens.Length - 1].Kind == YamlTokenKind.DocumentEnd;
        var start = tokens[0].Kind == YamlTokenKind.DocumentHeader ? 1 : 0;
        var body = tokens.Skip(start).Take(tokens.Length - start - (isEnded ? 1 : 0)).ToArray();
        if (body.Length == 0)
        {
            version = isEnded ? string.Empty : version;
            return new YamlDocument(tokens[0].Place, null);
        }

        var cursor = new Cursor(body);
        var node = ParseToken(cursor);
        if (cursor.Current is { } rest)
        {
            throw Failure(rest, "a value is not expected here: check the indentation");
        }

        version = isEnded ? string.Empty : version;
        return new YamlDocument(tokens[0].Place, node);
    }

    private YamlNode ParseToken(Cursor cursor)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var token = cursor.Current ?? throw Failure(null, "a value is missing");
        if (++depth > MaxDepth)
        {
            throw new ApertureConfigFormatException("nested deeper than 5,000 levels", "Flatten the file: no setting of Aperture nests deeper than six levels.", token.Place.Line, token.Place.Column);
        }

        var node = ParseNode(cursor, token);
        depth--;
        return node;
    }

    private YamlNode ParseNode(Cursor cursor, YamlToken token)
    {
        switch (token.Group)
        {
            case YamlGroup.MapKey or YamlGroup.MapKeyValue:
                return ParseMapping(cursor);
            case YamlGroup.Directive or YamlGroup.DirectiveName:
                return cursor.Pass(ParseDirective(token));
            case YamlGroup.AnchorName:
                return ParseAnchorName(cursor, token);
            case YamlGroup.Anchor or YamlGroup.Alias or YamlGroup.BlockText or YamlGroup.ScalarTag:
                return cursor.Pass(ParseScalar(cursor, token));
        }

        switch (token.Kind)
        {
            case YamlTokenKind.Tag:
                return ParseTag(cursor);
            case YamlTokenKind.MappingStart:
                return ParseFlowMapping(cursor.InFlow());
            case YamlTokenKind.SequenceStart:
                return ParseFlowSequence(cursor.InFlow());
            case YamlTokenKind.SequenceEntry:
                return ParseSequence(cursor);
            case YamlTokenKind.SequenceEnd or YamlTokenKind.MappingEnd:
                throw Failure(token, "\"" + token.Value + "\" closes nothing");
            case YamlTokenKind.MappingValue:
                throw Failure(token, "a key is expected before \":\"");
            default:
                return cursor.Pass(ParseScalar(cursor, token));
        }
    }

    private YamlNode ParseScalar(Cursor cursor, YamlToken? token)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (token?.Group)
        {
            case YamlGroup.Anchor:
                return ParseAnchor(cursor.Inside(token));
            case YamlGroup.AnchorName:
                return ParseAnchorName(cursor, token);
            case YamlGroup.Alias:
                return new YamlAliasNode(token.First, GetName(cursor, token));
            case YamlGroup.BlockText:
                return ParseBlockText(token);
            case YamlGroup.ScalarTag:
                return ParseTag(cursor.Inside(token));
            case YamlGroup.None when token.Kind is YamlTokenKind.Null or YamlTokenKind.Bool or YamlTokenKind.Number or YamlTokenKind.Special
                or YamlTokenKind.Text or YamlTokenKind.SingleQuote or YamlTokenKind.DoubleQuote or YamlTokenKind.MergeKey:
                return new YamlScalarNode(token, token.Kind, token.Value);
            case YamlGroup.None when token.Kind == YamlTokenKind.Tag:
                return ParseTag(cursor) is YamlTagNode { Value: not (YamlMappingNode or YamlSequenceNode or YamlDirectiveNode) } tag
                    ? tag
                    : throw Failure(token, "a value is expected after the tag");
            default:
                throw Failure(token, "a value is missing");
        }
    }

    /// <summary>The name behind the sign of an anchor or an alias.</summary>
    private string GetName(Cursor cursor, YamlToken group)
    {
        var inside = cursor.Inside(group);
        inside.Next();
        return ParseScalar(inside, inside.Current).Token.Value;
    }

    private YamlNode ParseFlowMapping(Cursor cursor)
    {
        var start = cursor.Current!;
        var mapping = new YamlMappingNode(start);
        var keys = new YamlKeys();
        cursor.Next();
        for (var isFirst = true; ; isFirst = false)
        {
            if (cursor.Current is not { } token)
            {
                throw Failure(start, "a mapping in braces does not end: its closing } is missing");
            }

            if (token.Kind == YamlTokenKind.CollectEntry)
            {
                cursor.Next();
            }
            else if (token.Kind != YamlTokenKind.MappingEnd && !isFirst)
            {
                throw Failure(token, "\",\" or \"}\" is expected here");
            }

            if (cursor.Current?.Kind == YamlTokenKind.MappingEnd)
            {
                cursor.Next();
                return mapping;
            }

            mapping.Entries.Add(ParseFlowEntry(cursor, keys));
        }
    }

    private (YamlNode Key, YamlNode Value) ParseFlowEntry(Cursor cursor, YamlKeys keys)
    {
        var token = cursor.Current;
        switch (token?.Group)
        {
            case YamlGroup.MapKeyValue:
                return ParseKeyValue(cursor, token, keys);
            case YamlGroup.MapKey:
                var key = ParseKey(cursor.Inside(token), token, keys);
                if (IsFlowDelimiter(cursor.Following))
                {
                    cursor.Next();
                    return (key, CreateNull(token.Last));
                }

                cursor.Next();
                return (key, cursor.Current is null ? throw Failure(token.Last, "a value is missing") : ParseToken(cursor));
            default:
                if (!IsFlowDelimiter(cursor.Following))
                {
                    throw Failure(token, "a key is expected here");
                }

                var scalar = ParseScalar(cursor, token);
                cursor.Next();
                return (scalar, CreateNull(token!));
        }
    }

    private static bool IsFlowDelimiter(YamlToken? token) => token?.Kind is YamlTokenKind.MappingEnd or YamlTokenKind.CollectEntry;

    private YamlNode ParseMapping(Cursor cursor)
    {
        var first = cursor.Current!;
        var mapping = new YamlMappingNode(first);
        var keys = new YamlKeys();
        mapping.Entries.Add(ParseEntry(cursor, keys));

        // goccy/go-yaml calls itself for each further key; a brace in the column of the keys ends one of these calls.
        for (var calls = 1; cursor.Current is { } token && token.Column == first.Column;)
        {
            if (cursor.IsFlow && token.Kind == YamlTokenKind.SequenceEnd)
            {
                break;
            }

            if (!token.IsMap)
            {
                throw Failure(token, "a key is expected here: check the indentation");
            }

            if (token.Kind == YamlTokenKind.MappingEnd && token.Members is null)
            {
                cursor.Next();
                if (--calls == 0)
                {
                    break;
                }

                continue;
            }

            mapping.Entries.Add(ParseEntry(cursor, keys));
            calls++;
        }

        return mapping;
    }

    private (YamlNode Key, YamlNode Value) ParseEntry(Cursor cursor, YamlKeys keys)
    {
        var token = cursor.Current!;
        if (token.Group == YamlGroup.MapKeyValue)
        {
            var entry = ParseKeyValue(cursor, token, keys);
            if (cursor.Current is { } next && next.Column > token.Column && !(cursor.IsFlow && next.Kind is YamlTokenKind.CollectEntry or YamlTokenKind.SequenceEnd))
            {
                throw Failure(next, "a value is not expected here: the key before it has one already");
            }

            return entry;
        }

        if (token.Group != YamlGroup.MapKey)
        {
            throw Failure(token, "a key is expected here");
        }

        var key = ParseKey(cursor.Inside(token), token, keys);
        cursor.Next();
        if (cursor.Current is { Kind: YamlTokenKind.SequenceEntry } item && item.Line == token.Line)
        {
            throw Failure(item, "a list begins on the line of its key");
        }

        return (key, ParseMappingValue(cursor, key, token.Last));
    }

    private (YamlNode Key, YamlNode Value) ParseKeyValue(Cursor cursor, YamlToken token, YamlKeys keys)
    {
        var inside = cursor.Inside(token);
        var key = ParseKey(inside.Inside(token.First), token.First, keys);
        var value = ParseScalar(inside, token.Last);
        cursor.Next();
        return (key, value);
    }

    private YamlNode ParseKey(Cursor inside, YamlToken group, YamlKeys keys)
    {
        YamlNode key;
        if (group.First.Kind == YamlTokenKind.MappingKey)
        {
            var cursor = group.First.Members is null ? inside : inside.Inside(group.First);
            var mark = cursor.Current!;
            cursor.Next();
            key = new YamlKeyNode(mark, ParseScalar(cursor, cursor.Current ?? throw Failure(mark, "a key is expected after \"?\"")));
        }
        else
        {
            key = ParseScalar(inside, group.First);
        }

        RejectBrokenKey(inside, key.Token, group.Last);
        if (keys.Add(GetKeyText(key), key.Token) is { } first)
        {
            duplicates.Add((first, key.Token));
        }

        return key;
    }

    private static void RejectBrokenKey(Cursor cursor, YamlToken key, YamlToken colon)
    {
        var isBroken = cursor.IsFlow
            ? key.Kind == YamlTokenKind.Text && key.Line + key.InnerBreaks != colon.Line
            : key.Kind is YamlTokenKind.Text or YamlTokenKind.SingleQuote or YamlTokenKind.DoubleQuote && key.Breaks > 0;
        if (isBroken)
        {
            throw Failure(key, "a key goes over several lines: check that \":\" follows each key");
        }
    }

    private static string GetKeyText(YamlNode key) => key switch
    {
        YamlKeyNode explicitKey => GetKeyText(explicitKey.Value),
        YamlTagNode tag => GetKeyText(tag.Value),
        YamlAnchorNode anchor => GetKeyText(anchor.Value),
        YamlAliasNode alias => alias.Name,
        _ => key.Token.Value,
    };

    private YamlNode ParseMappingValue(Cursor cursor, YamlNode key, YamlToken colon)
    {
        if (cursor.Current is not { } token)
        {
            return CreateNull(colon);
        }

        var keyColumn = key.Token.Column;
        var isOnKeyLine = token.Line == key.Token.Line;
        if (token.Column != keyColumn && isOnKeyLine && token.Group is YamlGroup.MapKey or YamlGroup.MapKeyValue)
        {
            throw Failure(token, "a second \":\" follows on the line of a key: quote the value");
        }

        if (token.Column == keyColumn && token.IsMap)
        {
            return CreateNull(colon);
        }

        var isNamed = token.Group == YamlGroup.AnchorName;
        var following = cursor.Following;
        if (isOnKeyLine && isNamed && following?.Column == keyColumn && following.IsMap)
        {
            return cursor.Pass(CreateAnchoredNull(token));
        }

        if (token.Column <= keyColumn && (isNamed || token.Kind == YamlTokenKind.Tag))
        {
            throw Failure(token, "an anchor or a tag is not indented below its key");
        }

        if (token.Column < keyColumn)
        {
            return CreateNull(colon);
        }

        return isOnKeyLine && isNamed && (following?.Column ?? 0) < keyColumn
            ? cursor.Pass(CreateAnchoredNull(token))
            : WithPlacedTag(ParseToken(cursor), keyColumn);
    }

    private static YamlNode WithPlacedTag(YamlNode value, int column) =>
        value is YamlAnchorNode { Value: YamlTagNode tag } anchor && anchor.Token.Line != tag.Token.Line && tag.Token.Column <= column
            ? throw Failure(tag.Token, "an anchor or a tag is not indented below its key")
            : value;

    private static YamlAnchorNode CreateAnchoredNull(YamlToken name) => new(name.First, name.Last.Value, CreateNull(name));

    private static YamlScalarNode CreateNull(YamlToken before)
    {
        var token = new YamlToken(YamlTokenKind.Null, "null", before.Line, before.Column + 1, before.Place);
        return new YamlScalarNode(token, YamlTokenKind.Null, "null");
    }

    private YamlAnchorNode ParseAnchor(Cursor cursor)
    {
        var name = cursor.Current!;
        cursor.Next();
        return CreateAnchor(cursor, name);
    }

    private YamlAnchorNode ParseAnchorName(Cursor cursor, YamlToken name)
    {
        cursor.Next();
        return CreateAnchor(cursor, name);
    }

    private YamlAnchorNode CreateAnchor(Cursor cursor, YamlToken name)
    {
        var text = GetName(cursor, name);
        if (cursor.Current is null)
        {
            throw Failure(name, "an anchor has no value");
        }

        var value = ParseToken(cursor);
        return value is YamlAnchorNode ? throw Failure(value.Token, "two anchors follow one another") : new YamlAnchorNode(name.First, text, value);
    }

    private static YamlScalarNode ParseBlockText(YamlToken group)
    {
        if (group.Members!.Length == 1)
        {
            return new YamlScalarNode(group.First, YamlTokenKind.Literal, string.Empty);
        }

        return group.Last is { Members: null, Kind: YamlTokenKind.Text or YamlTokenKind.SingleQuote or YamlTokenKind.DoubleQuote } text
            ? new YamlScalarNode(group.First, YamlTokenKind.Literal, text.Value)
            : throw Failure(group.Last, "a block text has no content");
    }

    private YamlNode ParseTag(Cursor cursor)
    {
        var tag = cursor.Current!;
        cursor.Next();
        if (isTagRedefined)
        {
            var text = cursor.Current ?? throw Failure(tag, "a value is expected after the tag");
            return new YamlTagNode(tag, new YamlScalarNode(text, YamlTokenKind.Text, text.Value), isRedefined: true);
        }

        return new YamlTagNode(tag, ParseTagged(cursor, tag), isRedefined: false);
    }

    private YamlNode ParseTagged(Cursor cursor, YamlToken tag)
    {
        if (cursor.Current is not { } token)
        {
            return CreateNull(tag);
        }

        if (tag.Value is "!!map" or "!!set")
        {
            if (!token.IsMap)
            {
                throw Failure(token, "a mapping is expected after the tag");
            }

            return token.Kind == YamlTokenKind.MappingStart && token.Members is null ? ParseFlowMapping(cursor.InFlow()) : ParseMapping(cursor);
        }

        if (YamlTags.IsScalar(tag.Value))
        {
            if (token.Group == YamlGroup.BlockText)
            {
                return ParseBlockText(token);
            }

            return token.Kind is YamlTokenKind.CollectEntry or YamlTokenKind.MappingValue ? CreateDefault(tag) : cursor.Pass(ParseScalar(cursor, token));
        }

        if (tag.Value is "!!seq" or "!!omap")
        {
            return token.Kind == YamlTokenKind.SequenceStart ? ParseFlowSequence(cursor.InFlow()) : ParseSequence(cursor);
        }

        return ParseToken(cursor);
    }

    private static YamlScalarNode CreateDefault(YamlToken tag)
    {
        var (kind, text) = tag.Value switch
        {
            "!!int" or "!!float" => (YamlTokenKind.Number, "0"),
            "!!bool" => (YamlTokenKind.Bool, "false"),
            "!!null" => (YamlTokenKind.Null, "null"),
            _ => (YamlTokenKind.Text, string.Empty),
        };
        return new YamlScalarNode(new YamlToken(kind, text, tag.Line, tag.Column + 1, tag.Place), kind, text);
    }

    private YamlNode ParseFlowSequence(Cursor cursor)
    {
        var start = cursor.Current!;
        var sequence = new YamlSequenceNode(start);
        cursor.Next();
        for (var isFirst = true; cursor.Current is { } token; isFirst = false)
        {
            if (token.Kind == YamlTokenKind.CollectEntry && !isFirst)
            {
                cursor.Next();
            }
            else if (token.Kind != YamlTokenKind.SequenceEnd && (!isFirst || token.Kind == YamlTokenKind.CollectEntry))
            {
                throw Failure(token, isFirst ? "an item is expected before \",\"" : "\",\" or \"]\" is expected here");
            }

            if (cursor.Current?.Kind == YamlTokenKind.SequenceEnd)
            {
                cursor.Next();
                return sequence;
            }

            if (cursor.Current is null)
            {
                break;
            }

            sequence.Items.Add(ParseToken(cursor));
        }

        throw Failure(start, "a list in brackets does not end: its closing ] is missing");
    }

    private YamlNode ParseSequence(Cursor cursor)
    {
        var first = cursor.Current!;
        var sequence = new YamlSequenceNode(first);
        while (cursor.Current is { Kind: YamlTokenKind.SequenceEntry } token && token.Column == first.Column)
        {
            cursor.Next();
            sequence.Items.Add(ParseItem(cursor, token));
        }

        return sequence;
    }

    private YamlNode ParseItem(Cursor cursor, YamlToken entry)
    {
        if (cursor.Current is not { } token)
        {
            return CreateNull(entry);
        }

        if (token.Column == entry.Column && token.Kind == YamlTokenKind.SequenceEntry)
        {
            return CreateNull(entry);
        }

        var isNamed = token.Group == YamlGroup.AnchorName;
        var following = cursor.Following;
        if (isNamed && token.Line == entry.Line && following is { Kind: YamlTokenKind.SequenceEntry } && following.Column == entry.Column)
        {
            return cursor.Pass(CreateAnchoredNull(token));
        }

        if (token.Column <= entry.Column && (isNamed || token.Kind == YamlTokenKind.Tag))
        {
            throw Failure(token, "an anchor or a tag is not indented below its item");
        }

        if (token.Column < entry.Column)
        {
            return CreateNull(entry);
        }

        if (isNamed && token.Line == entry.Line && (following?.Column ?? 0) < entry.Column)
        {
            return cursor.Pass(CreateAnchoredNull(token));
        }

        return WithPlacedTag(ParseToken(cursor), entry.Column);
    }

    private YamlDirectiveNode ParseDirective(YamlToken token)
    {
        if (token.Group == YamlGroup.DirectiveName)
        {
            return new YamlDirectiveNode(token.First);
        }

        var name = token.First;
        var values = token.Members!.Skip(1).ToArray();
        switch (name.Last.Value)
        {
            case "YAML" when values.Length != 1 || values[0].Value is not ("1.0" or "1.1" or "1.2" or "1.3") || version.Length > 0:
                throw Failure(token, "not a %YAML directive with the version 1.0, 1.1, 1.2 or 1.3");
            case "YAML":
                version = values[0].Value;
                break;
            case "TAG" when values.Length != 2:
                throw Failure(token, "not a %TAG directive with a handle and a prefix");
            case "TAG":
                isTagRedefined |= values[0].Value == "!!";
                break;
        }

        return new YamlDirectiveNode(name.First);
    }

    /// <summary>A place among the tokens of a group.</summary>
    private sealed class Cursor(YamlToken[] tokens, bool isFlow = false)
    {
        private Cursor? owner;
        private int index;

        public bool IsFlow { get; } = isFlow;

        public YamlToken? Current => owner is not null ? owner.Current : index < tokens.Length ? tokens[index] : null;

        public YamlToken? Following => owner is not null ? owner.Following : index + 1 < tokens.Length ? tokens[index + 1] : null;

        public void Next()
        {
            if (owner is not null)
            {
                owner.Next();
            }
            else if (index < tokens.Length)
            {
                index++;
            }
        }

        public YamlNode Pass(YamlNode node)
        {
            Next();
            return node;
        }

        /// <summary>A cursor over the members of a group.</summary>
        public Cursor Inside(YamlToken group) => new(group.Members!, IsFlow);

        /// <summary>The same place, within a flow collection.</summary>
        public Cursor InFlow() => IsFlow ? this : new Cursor(tokens, isFlow: true) { owner = this };
    }
}

/// <summary>A document of a text.</summary>
/// <param name="Position">Where it begins.</param>
/// <param name="Body">Its content; null where it has none.</param>
internal readonly record struct YamlDocument(TextPosition Position, YamlNode? Body);
