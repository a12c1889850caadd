using System.Collections.Generic;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml.GoYaml;

/// <summary>
/// Joins tokens to what belongs together, in the passes of goccy/go-yaml v1.15.23 (parser/token.go; MIT License,
/// Copyright (c) 2019 Masaaki Goshima).
/// </summary>
internal static class YamlTokenGroups
{
    /// <summary>The documents of a text, each with its tokens.</summary>
    /// <param name="tokens">The tokens without comments.</param>
    /// <param name="dropped">Where a document begins that is dropped with all behind it; null where none is.</param>
    /// <exception cref="ApertureConfigFormatException">goccy/go-yaml refuses the text.</exception>
    public static List<YamlToken[]> GetDocuments(List<YamlToken> tokens, out TextPosition? dropped)
    {
        tokens = JoinBlockTexts(tokens);
        tokens = JoinReferences(tokens);
        tokens = JoinScalarTags(tokens);
        tokens = JoinAnchoredTags(tokens);
        tokens = JoinExplicitKeys(tokens);
        tokens = JoinKeys(tokens);
        tokens = JoinKeyValues(tokens);
        tokens = JoinDirectives(tokens);
        return SplitDocuments(tokens, out dropped);
    }

    private static List<YamlToken> JoinBlockTexts(List<YamlToken> tokens)
    {
        var joined = new List<YamlToken>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind is not (YamlTokenKind.Literal or YamlTokenKind.Folded))
            {
                joined.Add(tokens[i]);
            }
            else if (i + 1 < tokens.Count)
            {
                joined.Add(new YamlToken(YamlGroup.BlockText, tokens[i], tokens[++i]));
            }
            else
            {
                joined.Add(new YamlToken(YamlGroup.BlockText, tokens[i]));
            }
        }

        return joined;
    }

    private static List<YamlToken> JoinReferences(List<YamlToken> tokens)
    {
        var joined = new List<YamlToken>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.Kind == YamlTokenKind.Anchor)
            {
                if (i + 2 >= tokens.Count)
                {
                    throw YamlFailure.At(token.Place, "an anchor has no value");
                }

                var name = new YamlToken(YamlGroup.AnchorName, token, tokens[i + 1]);
                var value = tokens[i + 2];
                if (token.Line == value.Line && value.Kind == YamlTokenKind.SequenceEntry)
                {
                    throw YamlFailure.At(value.Place, "a list begins on the line of its anchor");
                }

                var isJoined = token.Line == value.Line && value.IsScalar;
                joined.Add(isJoined ? new YamlToken(YamlGroup.Anchor, name, value) : name);
                i += isJoined ? 2 : 1;
            }
            else if (token.Kind == YamlTokenKind.Alias)
            {
                if (i + 1 == tokens.Count)
                {
                    throw YamlFailure.At(token.Place, "an alias has no name");
                }

                joined.Add(new YamlToken(YamlGroup.Alias, token, tokens[++i]));
            }
            else
            {
                joined.Add(token);
            }
        }

        return joined;
    }

    private static List<YamlToken> JoinScalarTags(List<YamlToken> tokens)
    {
        var joined = new List<YamlToken>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.Kind != YamlTokenKind.Tag || i + 1 >= tokens.Count || token.Line != tokens[i + 1].Line || tokens[i + 1].Group == YamlGroup.AnchorName)
            {
                joined.Add(token);
                continue;
            }

            var next = tokens[i + 1];
            if (token.Value == "!!merge" && next.Kind != YamlTokenKind.MergeKey)
            {
                throw YamlFailure.At(next.Place, "\"<<\" is expected after !!merge");
            }

            var isJoined = !token.Value.StartsWith("!!", System.StringComparison.Ordinal)
                ? next.Kind is not (YamlTokenKind.MappingStart or YamlTokenKind.MappingEnd or YamlTokenKind.SequenceStart or YamlTokenKind.SequenceEntry)
                : token.Value == "!!merge" || YamlTags.IsScalar(token.Value) && next.IsScalar;
            joined.Add(isJoined ? new YamlToken(YamlGroup.ScalarTag, token, next) : token);
            i += isJoined ? 1 : 0;
        }

        return joined;
    }

    private static List<YamlToken> JoinAnchoredTags(List<YamlToken> tokens)
    {
        var joined = new List<YamlToken>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.Group != YamlGroup.AnchorName)
            {
                joined.Add(token);
                continue;
            }

            if (i + 1 >= tokens.Count)
            {
                throw YamlFailure.At(token.Place, "an anchor has no value");
            }

            var isJoined = token.Line == tokens[i + 1].Line && tokens[i + 1].Group == YamlGroup.ScalarTag;
            joined.Add(isJoined ? new YamlToken(YamlGroup.Anchor, token, tokens[i + 1]) : token);
            i += isJoined ? 1 : 0;
        }

        return joined;
    }

    private static List<YamlToken> JoinExplicitKeys(List<YamlToken> tokens)
    {
        var joined = new List<YamlToken>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != YamlTokenKind.MappingKey)
            {
                joined.Add(tokens[i]);
            }
            else if (i + 1 < tokens.Count)
            {
                joined.Add(new YamlToken(YamlGroup.MapKey, tokens[i], tokens[++i]));
            }
            else
            {
                throw YamlFailure.At(tokens[i].Place, "a key is expected after \"?\"");
            }
        }

        return joined;
    }

    private static List<YamlToken> JoinKeys(List<YamlToken> tokens)
    {
        var joined = new List<YamlToken>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != YamlTokenKind.MappingValue)
            {
                joined.Add(tokens[i]);
                continue;
            }

            if (i == 0 || tokens[i - 1].Kind is YamlTokenKind.Directive or YamlTokenKind.DocumentHeader or YamlTokenKind.DocumentEnd or YamlTokenKind.CollectEntry
                or YamlTokenKind.MappingStart or YamlTokenKind.MappingValue or YamlTokenKind.MappingEnd or YamlTokenKind.SequenceStart or YamlTokenKind.SequenceEntry or YamlTokenKind.SequenceEnd)
            {
                throw YamlFailure.At(tokens[i].Place, "a key is expected before \":\"");
            }

            joined[joined.Count - 1] = new YamlToken(YamlGroup.MapKey, joined[joined.Count - 1], tokens[i]);
        }

        return joined;
    }

    private static List<YamlToken> JoinKeyValues(List<YamlToken> tokens)
    {
        var joined = new List<YamlToken>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            var isJoined = tokens[i].Group == YamlGroup.MapKey && i + 1 < tokens.Count && IsValueOf(tokens[i], tokens[i + 1]);
            joined.Add(isJoined ? new YamlToken(YamlGroup.MapKeyValue, tokens[i], tokens[i + 1]) : tokens[i]);
            i += isJoined ? 1 : 0;
        }

        return joined;
    }

    private static bool IsValueOf(YamlToken key, YamlToken value)
    {
        if (key.Line != value.Line || value.Group == YamlGroup.AnchorName)
        {
            return false;
        }

        return value.Kind == YamlTokenKind.Tag ? value.Group == YamlGroup.ScalarTag : value.IsScalar;
    }

    private static List<YamlToken> JoinDirectives(List<YamlToken> tokens)
    {
        var joined = new List<YamlToken>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.Kind != YamlTokenKind.Directive)
            {
                joined.Add(token);
                continue;
            }

            if (i + 1 >= tokens.Count)
            {
                throw YamlFailure.At(token.Place, "a directive has no name");
            }

            var members = new List<YamlToken> { new(YamlGroup.DirectiveName, token, tokens[++i]) };
            while (i + 1 < tokens.Count && tokens[i + 1].Line == token.Line)
            {
                members.Add(tokens[++i]);
            }

            if (i + 1 >= tokens.Count || tokens[i + 1].Kind != YamlTokenKind.DocumentHeader)
            {
                throw YamlFailure.At(token.Place, "\"---\" is expected after a directive");
            }

            joined.Add(members.Count > 1 ? new YamlToken(YamlGroup.Directive, members.ToArray()) : members[0]);
        }

        return joined;
    }

    /// <summary>The documents. Of two headers in a row the first is an empty document, and all behind it is dropped.</summary>
    private static List<YamlToken[]> SplitDocuments(List<YamlToken> tokens, out TextPosition? dropped)
    {
        dropped = null;
        var documents = new List<YamlToken[]>();
        YamlToken? header = null;
        var start = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.Kind == YamlTokenKind.DocumentHeader)
            {
                if (i != start)
                {
                    Add(documents, ref header, tokens, start, i);
                }

                if (i + 1 == tokens.Count || tokens[i + 1].Kind == YamlTokenKind.DocumentHeader)
                {
                    dropped = i + 1 < tokens.Count ? tokens[i + 1].Place : null;
                    documents.Add([token]);
                    return documents;
                }

                RejectValueBehindHeader(token, tokens[i + 1]);
                header = token;
                start = i + 1;
            }
            else if (token.Kind == YamlTokenKind.DocumentEnd)
            {
                if (i != start)
                {
                    Add(documents, ref header, tokens, start, i + 1);
                }

                start = i + 1;
                if (start == tokens.Count)
                {
                    break;
                }

                if (tokens[start].IsScalar)
                {
                    throw YamlFailure.At(tokens[start].Place, "a value follows \"...\"");
                }
            }
        }

        if (start < tokens.Count || tokens.Count == 0)
        {
            Add(documents, ref header, tokens, start, tokens.Count);
        }
        else if (header is not null)
        {
            documents.Add([header]);
        }

        return documents;
    }

    private static void RejectValueBehindHeader(YamlToken header, YamlToken next)
    {
        if (header.Line == next.Line && (next.Group is YamlGroup.MapKey or YamlGroup.MapKeyValue || next.Kind == YamlTokenKind.SequenceEntry))
        {
            throw YamlFailure.At(next.Place, "settings stand on the line of \"---\"");
        }
    }

    private static void Add(List<YamlToken[]> documents, ref YamlToken? header, List<YamlToken> tokens, int start, int end)
    {
        var document = new List<YamlToken>(end - start + 1);
        if (header is not null)
        {
            document.Add(header);
            header = null;
        }

        document.AddRange(tokens.GetRange(start, end - start));
        documents.Add(document.ToArray());
    }
}
