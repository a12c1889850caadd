using System;
using System.Diagnostics.CodeAnalysis;

namespace LightningOps.Re2.Syntax;

/// <summary>
/// Go's regexp/syntax in Perl mode, as used by <c>regexp.Compile</c>: it accepts the same expressions, and refuses
/// others with the same messages. Source: src/regexp/syntax/parse.go of Go 1.26.
/// </summary>
internal sealed class Re2Parser
{
    private const int MaxRepeat = Re2RepeatCounts.Max;
    private const string BadRepeatCount = "invalid repeat count";

    // One for each thread. Its state besides the tree would otherwise be most of the garbage of a compile.
    [ThreadStatic]
    private static Re2Parser? shared;

    private readonly Re2Cursor cursor = new();
    private readonly Re2TreeBuilder tree;
    private readonly Re2EscapeParser escapes;
    private readonly Re2KnownGroups knownGroups = new();
    private Re2ClassParser? lazyClasses;
    private string? unanalyzable;

    private Re2Parser()
    {
        tree = new Re2TreeBuilder(cursor);
        escapes = new Re2EscapeParser(cursor);
    }

    /// <summary>The parser of this thread.</summary>
    public static Re2Parser Shared => shared ??= new Re2Parser();

    private Re2ClassParser Classes => lazyClasses ??= new Re2ClassParser(cursor);

    /// <summary>Parses a whole pattern.</summary>
    public bool TryParse(
        string pattern,
        [NotNullWhen(true)] out Re2Expression? expression,
        [NotNullWhen(false)] out Re2SyntaxError? error)
    {
        cursor.Reset(pattern);
        tree.Reset();
        lazyClasses?.Reset();
        unanalyzable = null;
        expression = null;
        var lastRepeat = -1;
        while (!cursor.AtEnd)
        {
            var start = cursor.Position;
            var isRepeat = false;
            if (!TryParseNext(lastRepeat, ref isRepeat) || cursor.Error is not null)
            {
                error = cursor.Error!;
                return false;
            }

            lastRepeat = !isRepeat ? -1 : lastRepeat < 0 ? start : lastRepeat;
        }

        if (!tree.TryFinish(out var root))
        {
            error = cursor.Error!;
            return false;
        }

        if (tree.HasSurrogate)
        {
            unanalyzable ??= "escaped surrogate";
        }

        expression = new Re2Expression(pattern, root, unanalyzable, tree.HasSurrogate, lazyClasses?.ScriptOfSeveralWords);
        error = null;
        return true;
    }

    private bool TryParseNext(int lastRepeat, ref bool isRepeat)
    {
        var c = cursor.Peek();
        switch (c)
        {
            case '(':
                return TryParseGroup();
            case ')':
                return TryClose();
            case '|':
                cursor.Position++;
                return tree.Bar();
            case '^':
                cursor.Position++;
                return Push(tree.Flags.MultiLine ? Re2AssertionKind.BeginLine : Re2AssertionKind.BeginText);
            case '$':
                cursor.Position++;
                return Push(tree.Flags.MultiLine ? Re2AssertionKind.EndLine : Re2AssertionKind.EndText);
            case '.':
                cursor.Position++;
                return tree.PushClass(tree.Flags.DotMatchesNewline ? CodePointSet.All : CodePointSet.AllButNewline);
            case '[':
                return Classes.TryParseBrackets(tree.Flags.FoldsCase, out var set) && tree.PushClass(set);
            case '*':
            case '+':
            case '?':
                isRepeat = true;
                var start = cursor.Position++;
                return TryRepeat(c == '+' ? 1 : 0, c == '?' ? 1 : -1, counted: false, start, lastRepeat);
            case '{':
                return TryParseCountedRepeat(lastRepeat, ref isRepeat);
            case '\\':
                return TryParseBackslash();
            default:
                return TryParseLiteralRun();
        }
    }

    private bool TryParseGroup()
    {
        if (knownGroups.TryRead(cursor, tree.Flags, out var known, out var bounds))
        {
            return tree.PushGroup(known, bounds);
        }

        if (cursor.IsAt('?', 1))
        {
            return Re2GroupParser.TryParse(cursor, tree);
        }

        tree.Open(captures: true, cursor.Position++);
        return true;
    }

    private bool TryClose()
    {
        if (!tree.TryClose(cursor.Position++, out var group))
        {
            return false;
        }

        // What else a part of the expression changes is not kept with its node.
        if (unanalyzable is null && !tree.HasSurrogate && lazyClasses?.ScriptOfSeveralWords is null)
        {
            knownGroups.Add(cursor.Text, group.Start, cursor.Position, tree.Flags, group.Node, group.ClassBounds);
        }

        return true;
    }

    private static bool IsSpecial(char c) => c switch
    {
        '.' or '[' or ']' or '|' or '(' or ')' or '*' or '+' or '?' or '{' or '}' or '^' or '$' or '\\' => true,
        _ => false,
    };

    private bool TryParseLiteralRun()
    {
        var start = cursor.Position;
        var codePoints = 0;
        while (!cursor.AtEnd && !IsSpecial(cursor.Peek()))
        {
            if (cursor.Read() == Re2Cursor.None)
            {
                return false;
            }

            codePoints++;
        }

        if (codePoints == 0)
        {
            // A closing bracket or brace without an opening one is literal.
            cursor.Position++;
            codePoints = 1;
        }

        tree.PushText(cursor.Text, start, cursor.Position - start);
        return true;
    }

    private bool TryParseBackslash()
    {
        switch (cursor.Peek(1))
        {
            case 'A':
                cursor.Position += 2;
                return Push(Re2AssertionKind.BeginText);
            case 'z':
                cursor.Position += 2;
                return Push(Re2AssertionKind.EndText);
            case 'b':
                cursor.Position += 2;
                return Push(Re2AssertionKind.WordBoundary);
            case 'B':
                cursor.Position += 2;
                return Push(Re2AssertionKind.NoWordBoundary);
            case 'C':
                return cursor.Fail("invalid escape sequence", cursor.Position, cursor.Position + 2);
            case 'Q':
                return TryParseQuoted();
        }

        if (Classes.TryParseClassEscape(tree.Flags.FoldsCase, out var set))
        {
            return tree.PushClass(set);
        }

        if (cursor.Error is not null || !escapes.TryParse(out var codePoint))
        {
            return false;
        }

        return tree.PushCodePoint(codePoint);
    }

    private bool TryParseQuoted()
    {
        cursor.Position += 2;
        var start = cursor.Position;
        var end = cursor.Text.IndexOf("\\E", start, StringComparison.Ordinal);
        var stop = end < 0 ? cursor.Text.Length : end;
        while (cursor.Position < stop)
        {
            if (cursor.Read() == Re2Cursor.None)
            {
                return false;
            }
        }

        tree.PushText(cursor.Text, start, stop - start);
        cursor.Position = end < 0 ? stop : end + 2;
        return true;
    }

    private bool TryParseCountedRepeat(int lastRepeat, ref bool isRepeat)
    {
        var start = cursor.Position;
        if (!Re2RepeatCounts.TryRead(cursor, out var min, out var max))
        {
            cursor.Position = start + 1;
            return tree.PushCodePoint('{');
        }

        isRepeat = true;
        if (min > MaxRepeat || max > MaxRepeat || (max >= 0 && min > max))
        {
            return cursor.Fail(BadRepeatCount, start, cursor.Position);
        }

        return TryRepeat(min, max, counted: true, start, lastRepeat);
    }

    private bool TryRepeat(int min, int max, bool counted, int start, int lastRepeat)
    {
        // The lazy mark changes captures, never matches.
        cursor.Position += cursor.IsAt('?') ? 1 : 0;
        if (lastRepeat >= 0)
        {
            return cursor.Fail("invalid nested repetition operator", lastRepeat, cursor.Position);
        }

        if (!tree.TryTakeLast(out var body))
        {
            return cursor.Fail("missing argument to repetition operator", start, cursor.Position);
        }

        return tree.PushRepeat(body, min, max, counted, out var repeat) && (repeat.RepeatProduct <= MaxRepeat || cursor.Fail(BadRepeatCount, start, cursor.Position));
    }

    private bool Push(Re2AssertionKind kind)
    {
        unanalyzable ??= kind switch
        {
            Re2AssertionKind.WordBoundary => "word boundary \\b",
            Re2AssertionKind.NoWordBoundary => "word boundary \\B",
            Re2AssertionKind.BeginLine => "multi-line ^",
            Re2AssertionKind.EndLine => "multi-line $",
            _ => null,
        };
        return tree.Push(Re2Assertion.Get(kind));
    }
}
