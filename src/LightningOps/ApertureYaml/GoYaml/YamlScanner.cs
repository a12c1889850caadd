using System;
using System.Collections.Generic;
using System.Text;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml.GoYaml;

/// <summary>
/// Splits a text into tokens exactly as goccy/go-yaml v1.15.23 does (scanner/scanner.go, scanner/context.go; MIT License,
/// Copyright (c) 2019 Masaaki Goshima): Aperture reads its file with it, and it differs from YAML in many places.
/// </summary>
internal sealed class YamlScanner
{
    private static readonly char[] SingleQuotedEnds = ['\'', '\n', '\r'];
    private static readonly char[] DoubleQuotedEnds = ['"', '\\', '\t', '\n', '\r'];

    private readonly string text;
    private readonly int[] lineStarts;
    private readonly bool hasSurrogates;
    private readonly List<YamlToken> tokens = new();

    private char[] origin = new char[256];
    private int originLength;
    private char[] buffer = new char[256];
    private int bufferLength;
    private int contentLength;
    private int originContentLength;
    private int bufferStart;
    private YamlBlockText? block;

    private int index;
    private int line = 1;
    private int column = 1;
    private int lastDelimiterColumn;
    private int indent;
    private bool isFirstInLine = true;
    private bool isAnchor;
    private bool isAlias;
    private bool isDirective;
    private int flowSequences;
    private int flowMappings;
    private IndentState indentState;
    private (int Line, int Column)? saved;

    public YamlScanner(string text)
    {
        this.text = text;
        lineStarts = FindLineStarts(text);
        foreach (var character in text)
        {
            if (char.IsSurrogate(character))
            {
                hasSurrogates = true;
                break;
            }
        }
    }

    private enum IndentState
    {
        Equal,
        Up,
        Down,
        Keep,
    }

    private bool IsFlow => flowSequences > 0 || flowMappings > 0;

    private YamlToken? LastToken => tokens.Count > 0 ? tokens[tokens.Count - 1] : null;

    private bool IsEndOfText => text.Length - 1 <= index;

    private char NextCharacter => index + 1 < text.Length ? text[index + 1] : '\0';

    /// <summary>The tokens, comments left out.</summary>
    /// <exception cref="ApertureConfigFormatException">goccy/go-yaml refuses the text.</exception>
    public List<YamlToken> Scan()
    {
        while (index < text.Length)
        {
            ScanCharacter(text[index]);
        }

        AddBufferedToken();
        tokens.RemoveAll(static token => token.Kind == YamlTokenKind.Comment);
        return tokens;
    }

    private static int[] FindLineStarts(string text)
    {
        var starts = new List<int> { 0 };
        for (var i = LineIndex.NextLine(text, 0); LineIndex.EndsLine(text, i); i = LineIndex.NextLine(text, i))
        {
            starts.Add(i);
            if (i == text.Length)
            {
                break;
            }
        }

        return starts.ToArray();
    }

    private static bool IsLineBreak(char character) => character is '\n' or '\r';

    private static bool IsSpaceOrTab(char character) => character is ' ' or '\t';

    private void ScanCharacter(char character)
    {
        UpdateIndent(character);
        if (indentState == IndentState.Down)
        {
            AddBufferedToken();
        }

        if (block is not null)
        {
            if (indentState != IndentState.Down)
            {
                ScanBlockText(block, character);
                return;
            }

            EndBlockText();
        }

        if (!ScanIndicator(character))
        {
            AddToBuffer(character);
            AddToOrigin(character);
            Advance(1);
            AddWord();
        }
    }

    /// <summary>Takes the characters that follow within a word at once: none of them is an indicator.</summary>
    private void AddWord()
    {
        var end = index;
        while (end < text.Length && IsWordCharacter(text[end]))
        {
            end++;
        }

        if (end > index && bufferLength > 0 && !isFirstInLine)
        {
            EnsureRoom(ref buffer, bufferLength, end - index);
            text.CopyTo(index, buffer, bufferLength, end - index);
            bufferLength += end - index;
            contentLength = bufferLength;
            AddToOrigin(index, end);
            Advance(end - index);
        }
    }

    private static bool IsWordCharacter(char character) => character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '/' or '_' or '(' or ')' or '$' or '^' or '=' or '+' or '\\';

    private bool ScanIndicator(char character)
    {
        switch (character)
        {
            case '{':
                return ScanFlowStart(character, YamlTokenKind.MappingStart);
            case '}':
                return ScanFlowMappingEnd();
            case '[':
                return ScanFlowStart(character, YamlTokenKind.SequenceStart);
            case ']':
                return ScanFlowSequenceEnd();
            case ',':
                return ScanFlowEntry();
            case '.':
                return ScanDocumentEnd();
            case '<':
                return ScanMergeKey();
            case '-':
                return ScanDocumentStart() || ScanFoldedDash() || ScanSequenceEntry();
            case ':':
                return ScanMappingDelimiter();
            case '|' or '>':
                return ScanBlockHeader(character);
            case '!':
                return ScanTag();
            case '%':
                return ScanDirective();
            case '?':
                return ScanMappingKey();
            case '&':
                return ScanReference(YamlTokenKind.Anchor, character);
            case '*':
                return ScanReference(YamlTokenKind.Alias, character);
            case '#':
                return ScanComment();
            case '\'' or '"':
                return ScanQuoted(character);
            case '\r' or '\n':
                ScanLineBreak(character);
                return true;
            case ' ':
                return ScanSpace();
            case '@' or '`' when !HasBuffer():
                throw Failure("\"" + character + "\" cannot begin a value: quote it", index);
            case '\t':
                return ScanTab();
            default:
                return false;
        }
    }

    private void UpdateIndent(char character)
    {
        if (isFirstInLine && (IsLineBreak(character) || character == '\t'))
        {
            return;
        }

        if (isFirstInLine && character == ' ')
        {
            indent++;
            return;
        }

        if (!isFirstInLine)
        {
            indentState = IndentState.Keep;
            return;
        }

        if (lastDelimiterColumn != 0)
        {
            indentState = lastDelimiterColumn < column ? IndentState.Up : IndentState.Down;
        }

        isFirstInLine = false;
    }

    private bool ScanFlowStart(char character, YamlTokenKind kind)
    {
        if (HasBuffer() && !IsFlow)
        {
            return false;
        }

        AddBufferedToken();
        AddToken(kind, character);
        flowMappings += kind == YamlTokenKind.MappingStart ? 1 : 0;
        flowSequences += kind == YamlTokenKind.SequenceStart ? 1 : 0;
        return true;
    }

    private bool ScanFlowMappingEnd()
    {
        if (flowMappings <= 0)
        {
            return false;
        }

        AddBufferedToken();
        AddToken(YamlTokenKind.MappingEnd, '}');
        flowMappings--;
        return true;
    }

    private bool ScanFlowSequenceEnd()
    {
        if (HasBuffer() && flowSequences <= 0)
        {
            return false;
        }

        AddBufferedToken();
        AddToken(YamlTokenKind.SequenceEnd, ']');
        flowSequences--;
        return true;
    }

    private bool ScanFlowEntry()
    {
        if (!IsFlow)
        {
            return false;
        }

        AddBufferedToken();
        AddToken(YamlTokenKind.CollectEntry, ',');
        return true;
    }

    private bool ScanDocumentStart()
    {
        if (indent != 0 || column != 1 || CountRepeated('-') != 3)
        {
            return false;
        }

        if (index + 3 < text.Length && !IsSpaceOrTab(text[index + 3]) && !IsLineBreak(text[index + 3]))
        {
            return false;
        }

        AddBufferedToken();
        tokens.Add(CreateToken(YamlTokenKind.DocumentHeader, "---"));
        Advance(3);
        Clear();
        lastDelimiterColumn = 0;
        indent = 0;
        return true;
    }

    private bool ScanDocumentEnd()
    {
        if (indent != 0 || column != 1 || CountRepeated('.') != 3)
        {
            return false;
        }

        AddBufferedToken();
        tokens.Add(CreateToken(YamlTokenKind.DocumentEnd, "..."));
        Advance(3);
        Clear();
        return true;
    }

    private bool ScanMergeKey()
    {
        if (!IsMergeKey())
        {
            return false;
        }

        lastDelimiterColumn = column;
        tokens.Add(CreateToken(YamlTokenKind.MergeKey, "<<"));
        Advance(2);
        Clear();
        return true;
    }

    private bool IsMergeKey()
    {
        if (CountRepeated('<') != 2)
        {
            return false;
        }

        for (var i = index + 2; i < text.Length; i++)
        {
            if (text[i] == ' ')
            {
                continue;
            }

            if (text[i] != ':')
            {
                return false;
            }

            if (i + 1 < text.Length && (text[i + 1] == ' ' || IsLineBreak(text[i + 1])))
            {
                return true;
            }
        }

        return false;
    }

    private bool ScanFoldedDash()
    {
        if (!HasBuffer() || indentState != IndentState.Up)
        {
            return false;
        }

        block = YamlBlockText.FromFoldedLine(column);
        AddToBuffer('-');
        AddToOrigin('-');
        Advance(1);
        return true;
    }

    private bool ScanSequenceEntry()
    {
        if (HasBuffer() || NextCharacter is not ('\0' or ' ' or '\t' or '\n' or '\r'))
        {
            return false;
        }

        if (StartsWithTab())
        {
            throw Failure("a tab in the indentation", index);
        }

        AddBufferedToken();
        var entry = CreateToken(YamlTokenKind.SequenceEntry, "-");
        lastDelimiterColumn = entry.Column;
        tokens.Add(entry);
        Advance(1);
        Clear();
        return true;
    }

    private bool ScanMappingDelimiter()
    {
        var next = NextCharacter;
        if (isDirective || isAnchor || isAlias)
        {
            return false;
        }

        if (flowMappings <= 0 && !IsSpaceOrTab(next) && !IsLineBreak(next) && index + 1 < text.Length)
        {
            return false;
        }

        if (flowMappings > 0 && (next == '/' || LastToken?.Kind == YamlTokenKind.MappingValue))
        {
            return false;
        }

        if (StartsWithTab() && !(bufferLength > 0 && buffer[0] == '\t'))
        {
            throw Failure("a tab in the indentation", index);
        }

        if (CreateBufferedToken() is { } key)
        {
            lastDelimiterColumn = key.Column;
            tokens.Add(key);
        }
        else if (LastToken is { Kind: YamlTokenKind.SingleQuote or YamlTokenKind.DoubleQuote } quoted)
        {
            lastDelimiterColumn = quoted.Column;
        }

        tokens.Add(CreateToken(YamlTokenKind.MappingValue, ":"));
        Advance(1);
        Clear();
        return true;
    }

    private bool ScanMappingKey()
    {
        if (HasBuffer() || !IsSpaceOrTab(NextCharacter))
        {
            return false;
        }

        lastDelimiterColumn = column;
        tokens.Add(CreateToken(YamlTokenKind.MappingKey, "?"));
        Advance(1);
        Clear();
        return true;
    }

    private bool ScanDirective()
    {
        if (HasBuffer() || indent != 0)
        {
            return false;
        }

        AddBufferedToken();
        AddToken(YamlTokenKind.Directive, '%');
        isDirective = true;
        return true;
    }

    private bool ScanReference(YamlTokenKind kind, char character)
    {
        if (HasBuffer())
        {
            return false;
        }

        AddBufferedToken();
        AddToken(kind, character);
        isAnchor |= kind == YamlTokenKind.Anchor;
        isAlias |= kind == YamlTokenKind.Alias;
        return true;
    }

    private bool ScanTag()
    {
        if (HasBuffer() || isDirective)
        {
            return false;
        }

        var start = index;
        index++;
        var length = 0;
        for (; index + length < text.Length; length++)
        {
            switch (text[index + length])
            {
                case ' ':
                    AddTag(start, length, 1);
                    return true;
                case ',' when IsFlow:
                case '\n' or '\r':
                    AddTag(start, length, 0);
                    return true;
                case '{' or '}':
                    throw Failure("\"" + text[index + length] + "\" cannot stand in a tag", index + length);
            }
        }

        Advance(length);
        Clear();
        return true;
    }

    private void AddTag(int start, int length, int behind)
    {
        tokens.Add(CreateToken(YamlTokenKind.Tag, text.Substring(start, length + 1), start));
        Advance(length + behind);
        Clear();
    }

    private bool ScanComment()
    {
        if (HasBuffer() && index > 0 && !IsSpaceOrTab(text[index - 1]) && !IsLineBreak(text[index - 1]))
        {
            return false;
        }

        AddBufferedToken();
        tokens.Add(CreateToken(YamlTokenKind.Comment, string.Empty));
        index++;
        var end = text.IndexOfAny(['\n', '\r'], Math.Min(index, text.Length));
        index = end < 0 ? text.Length : end;
        StartLine();
        Clear();
        return true;
    }

    private bool ScanQuoted(char quote)
    {
        if (HasBuffer())
        {
            return false;
        }

        var (startLine, startColumn, start) = (line, column, index);
        AddToOrigin(quote);
        var value = quote == '\'' ? ReadSingleQuoted(start) : ReadDoubleQuoted(start);
        tokens.Add(WithBreaks(new YamlToken(quote == '\'' ? YamlTokenKind.SingleQuote : YamlTokenKind.DoubleQuote, value, startLine, startColumn, GetPlace(start))));
        Clear();
        return true;
    }

    private string ReadSingleQuoted(int start)
    {
        var value = new StringBuilder();
        var isLineStart = false;
        var isNewLine = false;
        for (var i = start + 1; i < text.Length; i++)
        {
            Advance(isNewLine ? 0 : 1);
            isNewLine = false;
            var character = text[i];
            AddToOrigin(character);
            if (IsLineBreak(character))
            {
                FoldLine(value, ref isLineStart, i);
                isNewLine = true;
            }
            else if (isLineStart && IsSpaceOrTab(character))
            {
                RejectTabInQuotes(character, i);
            }
            else if (character != '\'')
            {
                isLineStart = false;
                i = AppendRun(value, i, SingleQuotedEnds);
            }
            else if (i + 1 < text.Length && text[i + 1] == '\'')
            {
                value.Append(character);
                AddToOrigin(character);
                i++;
                Advance(1);
            }
            else
            {
                Advance(1);
                return value.ToString();
            }
        }

        throw Failure("a quoted text does not end: its closing ' is missing", start);
    }

    private string ReadDoubleQuoted(int start)
    {
        var value = new StringBuilder();
        var isLineStart = false;
        var isNewLine = false;
        for (var i = start + 1; i < text.Length; i++)
        {
            Advance(isNewLine ? 0 : 1);
            isNewLine = false;
            var character = text[i];
            AddToOrigin(character);
            if (IsLineBreak(character))
            {
                FoldLine(value, ref isLineStart, i);
                isNewLine = true;
            }
            else if (isLineStart && IsSpaceOrTab(character))
            {
                RejectTabInQuotes(character, i);
            }
            else if (character == '\\')
            {
                isLineStart = false;
                if (i + 1 < text.Length && text[i + 1] == '\n')
                {
                    AddToOrigin('\n');
                    Advance(1);
                    StartLine();
                    i++;
                    isLineStart = true;
                    isNewLine = true;
                }
                else if (i + 1 < text.Length)
                {
                    var length = AppendEscaped(value, i);
                    i += length;
                    Advance(length);
                }
                else
                {
                    value.Append(character);
                }
            }
            else if (character == '\t')
            {
                i += SkipTab(value, i);
            }
            else if (character != '"')
            {
                isLineStart = false;
                i = AppendRun(value, i, DoubleQuotedEnds);
            }
            else
            {
                Advance(1);
                return value.ToString();
            }
        }

        throw Failure("a quoted text does not end: its closing \" is missing", start);
    }

    /// <summary>Appends a character that was counted and those that follow up to one that means more; the last index appended.</summary>
    private int AppendRun(StringBuilder value, int start, char[] ends)
    {
        var end = text.IndexOfAny(ends, start + 1);
        end = end < 0 ? text.Length : end;
        value.Append(text, start, end - start);
        AddToOrigin(start + 1, end);
        Advance(end - start - 1);
        return end - 1;
    }

    private void FoldLine(StringBuilder value, ref bool isLineStart, int at)
    {
        while (value.Length > 0 && value[value.Length - 1] == ' ')
        {
            value.Length--;
        }

        value.Append(isLineStart ? '\n' : ' ');
        isLineStart = true;
        StartLine();
        if (IsDocumentMarker(at + 1))
        {
            throw Failure("a document begins or ends within a quoted text", at + 1);
        }
    }

    private void RejectTabInQuotes(char character, int at)
    {
        if (character == '\t' && lastDelimiterColumn >= column)
        {
            throw Failure("a tab in the indentation", at);
        }
    }

    /// <summary>A tab within double quotes: kept where text follows on its line; the scanner then counts one character too many.</summary>
    private int SkipTab(StringBuilder value, int at)
    {
        var hasText = false;
        var skipped = 0;
        for (var i = at + 1; i < text.Length && !IsLineBreak(text[i]); i++)
        {
            if (IsSpaceOrTab(text[i]))
            {
                skipped++;
            }
            else
            {
                hasText = true;
            }
        }

        if (!hasText)
        {
            Advance(skipped);
            return skipped;
        }

        value.Append('\t');
        if (text[at + 1] != '"')
        {
            Advance(1);
        }

        return 0;
    }

    private int AppendEscaped(StringBuilder value, int at)
    {
        var escaped = text[at + 1];
        var plain = escaped switch
        {
            '0' => '\0',
            'a' => '\a',
            'b' => '\b',
            't' or '\t' => '\t',
            'n' => '\n',
            'v' => '\v',
            'f' => '\f',
            'r' => '\r',
            'e' => '\u001b',
            ' ' or '"' or '/' or '\\' => escaped,
            'N' => '\u0085',
            '_' => '\u00a0',
            'L' => '\u2028',
            'P' => '\u2029',
            _ => '\uffff',
        };
        if (plain != '\uffff')
        {
            AddToOrigin(escaped);
            value.Append(plain);
            return 1;
        }

        switch (escaped)
        {
            case 'x' when at + 3 >= text.Length:
                value.Append('x');
                return 1;
            case 'x':
                AppendRune(value, ReadHex(at + 2, 2));
                return 3;
            case 'u' when at + 5 < text.Length:
                return AppendUtf16(value, at);
            case 'U' when at + 9 < text.Length:
                AppendRune(value, ReadHex(at + 2, 8));
                return 9;
            default:
                throw Failure("\\" + escaped + " is not an escape in double quotes: write \\\\ for a backslash, or use single quotes", at);
        }
    }

    private int AppendUtf16(StringBuilder value, int at)
    {
        var code = ReadHex(at + 2, 4);
        if (code is < 0xd800 or > 0xdbff)
        {
            AppendRune(value, code);
            return 5;
        }

        var low = at + 11 < text.Length && text[at + 6] == '\\' && text[at + 7] == 'u' ? ReadHex(at + 8, 4) : 0;
        if (low is < 0xdc00 or > 0xdfff)
        {
            throw Failure("half of a surrogate pair", at);
        }

        AppendRune(value, ((code - 0xd800) * 0x400) + (low - 0xdc00) + 0x10000);
        return 11;
    }

    /// <summary>As hexRunesToInt: a character that is no digit counts by its distance to "0".</summary>
    private int ReadHex(int start, int length)
    {
        long sum = 0;
        for (var i = 0; i < length; i++)
        {
            var character = text[start + i];
            long digit = character switch
            {
                >= 'A' and <= 'F' => character - 'A' + 10,
                >= 'a' and <= 'f' => character - 'a' + 10,
                _ => character - '0',
            };
            sum += digit << ((length - i - 1) * 4);
        }

        return unchecked((int)sum);
    }

    private static void AppendRune(StringBuilder value, int rune)
    {
        if (rune is < 0 or > 0x10ffff or (>= 0xd800 and <= 0xdfff))
        {
            value.Append('\ufffd');
        }
        else
        {
            value.Append(char.ConvertFromUtf32(rune));
        }
    }

    private bool ScanSpace()
    {
        if (!isAnchor && !isDirective && !isAlias && !isFirstInLine)
        {
            return false;
        }

        if (isFirstInLine)
        {
            Advance(1);
            AddToOrigin(' ');
            return true;
        }

        AddBufferedToken();
        if (isDirective)
        {
            Advance(1);
            AddToOrigin(' ');
            return true;
        }

        isAnchor = false;
        isAlias = false;
        return true;
    }

    private bool ScanTab()
    {
        if (HasBuffer() && lastDelimiterColumn == 0 || lastDelimiterColumn < column)
        {
            indent++;
            AddToOrigin('\t');
            Advance(1);
            return true;
        }

        return IsFlow || !isFirstInLine ? false : throw Failure("a tab in the indentation", index);
    }

    private void ScanLineBreak(char character)
    {
        if (bufferLength > 0 && saved is null)
        {
            saved = (line, column - CountRunes(GetBufferLength()));
        }

        if (originLength > originContentLength)
        {
            originLength = originContentLength;
            bufferLength = GetBufferLength();
        }

        if (character == '\r' && NextCharacter == '\n')
        {
            AddToOrigin('\r');
            index++;
            character = '\n';
        }

        if (IsEndOfText || isAnchor || isAlias || isDirective)
        {
            AddBufferedToken();
        }

        if (HasBuffer() && isFirstInLine)
        {
            if (bufferLength > 0 && buffer[bufferLength - 1] == ' ')
            {
                buffer[bufferLength - 1] = '\n';
            }
            else
            {
                Append('\n');
            }
        }
        else
        {
            AddToBuffer(' ');
        }

        AddToOrigin(character);
        StartLine();
    }

    private bool ScanBlockHeader(char character)
    {
        if (HasBuffer())
        {
            return false;
        }

        var start = index;
        AddToOrigin(character);
        index++;
        var end = text.IndexOfAny(['\n', '\r'], Math.Min(index, text.Length));
        var length = Math.Max(0, (end < 0 ? text.Length - 1 : end) - index);
        var header = text.Substring(Math.Min(index, text.Length), length).TrimEnd(' ');
        var comment = header.IndexOf('#');
        var options = (comment > 0 ? header.Substring(0, comment) : header).TrimEnd(' ', '\t');
        if (!YamlBlockText.IsHeader(options))
        {
            throw Failure("\"" + character + options + "\" is not a block text header: write | or >, followed by + or - and an indentation if needed", start);
        }

        if (column == 1)
        {
            lastDelimiterColumn = 1;
        }

        tokens.Add(CreateToken(character == '|' ? YamlTokenKind.Literal : YamlTokenKind.Folded, character + options, start));
        block = YamlBlockText.FromHeader(options, character == '|', lastDelimiterColumn);
        if (text.IndexOf('#', index - 1, Math.Min(length + 2, text.Length - index + 1)) >= 0)
        {
            tokens.Add(new YamlToken(YamlTokenKind.Comment, string.Empty, line, column + 1, GetPlace(start)));
        }

        indentState = IndentState.Keep;
        ResetBuffer();
        Advance(length);
        StartLine();
        return true;
    }

    private void ScanBlockText(YamlBlockText state, char character)
    {
        AddToOrigin(character);
        if (IsEndOfText)
        {
            if (isFirstInLine && character == ' ')
            {
                AddBlockIndent(state);
            }
            else
            {
                AddToBuffer(character);
            }

            state.SetIndentColumn(column);
            RejectIndent(state);
            tokens.Add(CreateToken(YamlTokenKind.Text, GetBuffered()));
            Clear();
            Advance(1);
        }
        else if (IsLineBreak(character))
        {
            AddToBuffer(character);
            state.EndLine(column - 1);
            StartLine();
            if (index < text.Length && IsDocumentMarker(index))
            {
                tokens.Add(CreateToken(YamlTokenKind.Text, GetBuffered()));
                Clear();
            }
        }
        else if (isFirstInLine && character == ' ')
        {
            AddBlockIndent(state);
            Advance(1);
        }
        else if (isFirstInLine && character == '\t' && state.IsIndentColumn(column))
        {
            throw Failure("a tab in the indentation", index);
        }
        else if (character == '\t' && !state.IsIndentColumn(column))
        {
            AddToBlock(character);
            Advance(1);
        }
        else
        {
            if (state.IsLessThanBlankLine(column))
            {
                throw Failure("a block text is indented less than the blank line before it", index);
            }

            state.SetIndentColumn(column);
            RejectIndent(state);
            if (state.FirstColumn > 1)
            {
                lastDelimiterColumn = state.FirstColumn - 1;
            }

            FoldBlockLine(state);
            AddToBlock(character);
            Advance(1);
        }
    }

    private void RejectIndent(YamlBlockText state)
    {
        if (state.HasWrongIndent)
        {
            throw Failure("a block text is indented less than its header says", index);
        }
    }

    private void AddBlockIndent(YamlBlockText state)
    {
        if (state.FirstColumn != 0 && column >= state.FirstColumn)
        {
            state.IsLineFolded = state.IsLineFolded && state.IsLiteral;
            Append(' ');
            contentLength = bufferLength;
        }
    }

    private void FoldBlockLine(YamlBlockText state)
    {
        if (state.IsLiteral || !state.IsLineFolded)
        {
            return;
        }

        var last = bufferLength > 0 ? buffer[bufferLength - 1] : '\0';
        if (state.LineColumn == state.PreviousColumn)
        {
            if (last == '\n')
            {
                buffer[bufferLength - 1] = ' ';
            }
        }
        else if (state.PreviousColumn == 0 && state.LastTextColumn == column && last == '\n' && bufferLength > 1 && buffer[bufferLength - 2] == '\n')
        {
            bufferLength--;
            contentLength = bufferLength;
        }

        state.IsLineFolded = false;
    }

    private void EndBlockText()
    {
        if (LastToken is { } last)
        {
            if (last.Column == 1)
            {
                throw Failure("a block text has no content", index);
            }

            if (last.Kind != YamlTokenKind.Text)
            {
                tokens.Add(CreateToken(YamlTokenKind.Text, string.Empty));
            }
        }

        block = null;
    }

    private bool IsDocumentMarker(int at)
    {
        if (text.Length - at < 3)
        {
            return false;
        }

        var marker = text.Length - at == 3 ? text.Substring(at) : text.Substring(at, 4).TrimEnd(' ', '\t', '\n', '\r');
        return marker is "---" or "...";
    }

    private int CountRepeated(char character)
    {
        var count = 0;
        while (index + count < text.Length && text[index + count] == character)
        {
            count++;
        }

        return count;
    }

    /// <summary>Whether what has been read since the last token begins with a tab, or with a blank and one.</summary>
    private bool StartsWithTab()
    {
        var first = originLength > 0 && origin[0] == ' ' ? 1 : 0;
        return originLength > first && origin[first] == '\t';
    }

    private void Advance(int count)
    {
        column += hasSurrogates ? CountRunes(index, count) : count;
        index += count;
    }

    private void StartLine()
    {
        column = 1;
        line++;
        indent = 0;
        isFirstInLine = true;
        isAnchor = false;
        isAlias = false;
        isDirective = false;
        index++;
    }

    private int CountRunes(int start, int count)
    {
        var runes = count;
        for (var i = start; i < Math.Min(start + count, text.Length); i++)
        {
            runes -= char.IsLowSurrogate(text[i]) ? 1 : 0;
        }

        return runes;
    }

    private int CountRunes(int length)
    {
        var runes = length;
        for (var i = 0; hasSurrogates && i < length; i++)
        {
            runes -= char.IsLowSurrogate(buffer[i]) ? 1 : 0;
        }

        return runes;
    }

    private void AddToBuffer(char character)
    {
        if (bufferLength == 0 && IsSpaceOrTab(character))
        {
            return;
        }

        Append(character);
        if (!IsSpaceOrTab(character))
        {
            contentLength = bufferLength;
        }
    }

    private void AddToBlock(char character)
    {
        if (bufferLength == 0 && character == ' ')
        {
            return;
        }

        Append(character);
        if (character != ' ')
        {
            contentLength = bufferLength;
        }
    }

    private void Append(char character)
    {
        if (bufferLength == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        if (bufferLength == 0)
        {
            bufferStart = index;
        }

        buffer[bufferLength++] = character;
    }

    private void AddToOrigin(char character)
    {
        if (originLength == origin.Length)
        {
            Array.Resize(ref origin, origin.Length * 2);
        }

        origin[originLength++] = character;
        if (!IsSpaceOrTab(character))
        {
            originContentLength = originLength;
        }
    }

    private void AddToOrigin(int start, int end)
    {
        EnsureRoom(ref origin, originLength, end - start);
        text.CopyTo(start, origin, originLength, end - start);
        originLength += end - start;
        for (var i = originLength; i > originContentLength; i--)
        {
            if (!IsSpaceOrTab(origin[i - 1]))
            {
                originContentLength = i;
                break;
            }
        }
    }

    private static void EnsureRoom(ref char[] characters, int length, int more)
    {
        if (length + more > characters.Length)
        {
            Array.Resize(ref characters, Math.Max(characters.Length * 2, length + more));
        }
    }

    private void Clear()
    {
        ResetBuffer();
        block = null;
    }

    private void ResetBuffer()
    {
        bufferLength = 0;
        originLength = 0;
        contentLength = 0;
        originContentLength = 0;
    }

    private bool HasBuffer() => block is null ? contentLength != 0 : GetBuffered().Length != 0;

    private string GetBuffered()
    {
        var length = GetBufferLength();
        return length == 0 && block is { KeepsLineBreaks: true } ? "\n" : new string(buffer, 0, length);
    }

    private int GetBufferLength()
    {
        if (block is null)
        {
            return contentLength;
        }

        var length = contentLength;
        while (block.DropsLineBreaks && length > 0 && buffer[length - 1] == '\n')
        {
            length--;
        }

        while (block is { DropsLineBreaks: false, KeepsLineBreaks: false } && length > 1 && buffer[length - 1] == '\n' && buffer[length - 2] == '\n')
        {
            length--;
        }

        while (block.DropsLineBreaks && length > 0 && buffer[length - 1] == ' ')
        {
            length--;
        }

        return length == 1 && buffer[0] == '\n' ? 0 : length;
    }

    private void AddBufferedToken()
    {
        if (CreateBufferedToken() is { } token)
        {
            tokens.Add(token);
        }
    }

    private YamlToken? CreateBufferedToken()
    {
        if (bufferLength == 0 && contentLength == 0 && block is null)
        {
            saved = null;
            return null;
        }

        var (tokenLine, tokenColumn) = saved ?? GetBufferPlace();
        saved = null;
        if (index == 0)
        {
            return null;
        }

        var value = GetBuffered();
        if (value.Length == 0)
        {
            bufferLength = 0;
            return null;
        }

        var kind = block is null ? YamlScalarKind.GetKind(value) : YamlTokenKind.Text;
        if (LastToken is { Kind: YamlTokenKind.Tag } tag && !YamlTags.IsReserved(tag.Value))
        {
            kind = YamlTokenKind.Text;
        }

        var token = WithBreaks(new YamlToken(kind, value, tokenLine, tokenColumn, GetPlace(bufferStart)));
        ResetBuffer();
        return token;
    }

    private (int Line, int Column) GetBufferPlace()
    {
        if (block is null)
        {
            return (line, column - CountRunes(bufferLength));
        }

        var breaks = 0;
        for (var i = 0; i < bufferLength; i++)
        {
            if (buffer[i] == '\r' && i + 1 < bufferLength && buffer[i + 1] == '\n')
            {
                i++;
            }

            breaks += IsLineBreak(buffer[i]) ? 1 : 0;
        }

        return (line - breaks, new string(origin, 0, originLength).IndexOf(new string(buffer, 0, bufferLength), StringComparison.Ordinal) + 1);
    }

    private YamlToken WithBreaks(YamlToken token)
    {
        var start = 0;
        while (start < originLength && origin[start] is ' ' or '\r' or '\n')
        {
            start++;
        }

        var end = originLength;
        while (end > start && origin[end - 1] is ' ' or '\r' or '\n')
        {
            end--;
        }

        token.InnerBreaks = CountBreaks(start, end);
        token.Breaks = token.InnerBreaks + CountBreaks(end, originLength);
        return token;
    }

    private int CountBreaks(int start, int end)
    {
        var count = 0;
        for (var i = start; i < end; i++)
        {
            if (origin[i] == '\r' && i + 1 < end && origin[i + 1] == '\n')
            {
                i++;
            }

            count += IsLineBreak(origin[i]) ? 1 : 0;
        }

        return count;
    }

    private void AddToken(YamlTokenKind kind, char character)
    {
        tokens.Add(CreateToken(kind, character.ToString()));
        Advance(1);
        Clear();
    }

    private YamlToken CreateToken(YamlTokenKind kind, string value) => CreateToken(kind, value, index);

    private YamlToken CreateToken(YamlTokenKind kind, string value, int at) => new(kind, value, line, column, GetPlace(at));

    private TextPosition GetPlace(int at)
    {
        var found = Array.BinarySearch(lineStarts, Math.Min(at, text.Length));
        found = found < 0 ? ~found - 1 : found;
        return new TextPosition(found + 1, Math.Min(at, text.Length) - lineStarts[found] + 1);
    }

    private ApertureConfigFormatException Failure(string message, int at)
    {
        var place = GetPlace(at);
        return YamlFailure.At(place, message);
    }
}
