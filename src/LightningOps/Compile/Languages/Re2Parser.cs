using System;
using System.Diagnostics.CodeAnalysis;

namespace LightningOps.Compile.Languages;

/// <summary>
/// Go's regexp/syntax in Perl mode, as <c>regexp.Compile</c> calls it: the same expressions are accepted, and the
/// others refused with the same words. Source: src/regexp/syntax/parse.go of Go 1.26.
/// </summary>
internal sealed class Re2Parser(string pattern)
{
    private const int MaxRepeat = Re2RepeatCounts.Max;
    private const string BadRepeatCount = "invalid repeat count";

    private readonly Re2Cursor _cursor = new(pattern);
    private Re2ClassParser? _lazyClasses;
    private Re2TreeBuilder _tree = null!;
    private string? _unanalyzable;

    private Re2ClassParser Classes => _lazyClasses ??= new Re2ClassParser(_cursor);

    /// <summary>Parses the whole pattern; to be called once.</summary>
    public bool TryParse(
        [NotNullWhen(true)] out Re2Expression? expression,
        [NotNullWhen(false)] out Re2SyntaxError? error)
    {
        _tree = new Re2TreeBuilder(_cursor);
        expression = null;
        var lastRepeat = -1;
        while (!_cursor.AtEnd)
        {
            var start = _cursor.Position;
            var isRepeat = false;
            if (!TryParseNext(lastRepeat, ref isRepeat) || _cursor.Error is not null)
            {
                error = _cursor.Error!;
                return false;
            }

            lastRepeat = !isRepeat ? -1 : lastRepeat < 0 ? start : lastRepeat;
        }

        if (!_tree.TryFinish(out var root))
        {
            error = _cursor.Error!;
            return false;
        }

        if (_lazyClasses?.ScriptClass is { } script)
        {
            _unanalyzable ??= "script class \\p{" + script + "}";
        }

        expression = new Re2Expression(pattern, root, _unanalyzable, _lazyClasses?.ScriptClass is not null, _lazyClasses?.ScriptOfSeveralWords);
        error = null;
        return true;
    }

    private bool TryParseNext(int lastRepeat, ref bool isRepeat)
    {
        var c = _cursor.Peek();
        switch (c)
        {
            case '(':
                if (_cursor.IsAt('?', 1))
                {
                    return Re2GroupParser.TryParse(_cursor, _tree);
                }

                _tree.Open(captures: true, _cursor.Position++);
                return true;
            case ')':
                return _tree.TryClose(_cursor.Position++);
            case '|':
                _cursor.Position++;
                return _tree.Bar();
            case '^':
                _cursor.Position++;
                return Push(_tree.Flags.MultiLine ? Re2AssertionKind.BeginLine : Re2AssertionKind.BeginText);
            case '$':
                _cursor.Position++;
                return Push(_tree.Flags.MultiLine ? Re2AssertionKind.EndLine : Re2AssertionKind.EndText);
            case '.':
                _cursor.Position++;
                return _tree.PushClass(_tree.Flags.DotMatchesNewline ? CodePointSet.All : CodePointSet.AllButNewline);
            case '[':
                return Classes.TryParseBrackets(_tree.Flags.FoldsCase, out var set) && _tree.PushClass(set);
            case '*':
            case '+':
            case '?':
                isRepeat = true;
                var start = _cursor.Position++;
                return TryRepeat(c == '+' ? 1 : 0, c == '?' ? 1 : -1, counted: false, start, lastRepeat);
            case '{':
                return TryParseCountedRepeat(lastRepeat, ref isRepeat);
            case '\\':
                return TryParseBackslash();
            default:
                return TryParseLiteralRun();
        }
    }

    private static bool IsSpecial(char c) => c switch
    {
        '.' or '[' or ']' or '|' or '(' or ')' or '*' or '+' or '?' or '{' or '}' or '^' or '$' or '\\' => true,
        _ => false,
    };

    private bool TryParseLiteralRun()
    {
        var start = _cursor.Position;
        var codePoints = 0;
        while (!_cursor.AtEnd && !IsSpecial(_cursor.Peek()))
        {
            if (_cursor.Read() == Re2Cursor.None)
            {
                return false;
            }

            codePoints++;
        }

        if (codePoints == 0)
        {
            // A closing bracket or brace without its opening one is itself.
            _cursor.Position++;
            codePoints = 1;
        }

        _tree.PushText(_cursor.Text, start, _cursor.Position - start);
        return true;
    }

    private bool TryParseBackslash()
    {
        switch (_cursor.Peek(1))
        {
            case 'A':
                _cursor.Position += 2;
                return Push(Re2AssertionKind.BeginText);
            case 'z':
                _cursor.Position += 2;
                return Push(Re2AssertionKind.EndText);
            case 'b':
                _cursor.Position += 2;
                return Push(Re2AssertionKind.WordBoundary);
            case 'B':
                _cursor.Position += 2;
                return Push(Re2AssertionKind.NoWordBoundary);
            case 'C':
                return _cursor.Fail("invalid escape sequence", _cursor.Position, _cursor.Position + 2);
            case 'Q':
                return TryParseQuoted();
        }

        if (Classes.TryParseClassEscape(_tree.Flags.FoldsCase, out var set))
        {
            return _tree.PushClass(set);
        }

        if (_cursor.Error is not null || !new Re2EscapeParser(_cursor).TryParse(out var codePoint))
        {
            return false;
        }

        return _tree.PushCodePoint(codePoint);
    }

    private bool TryParseQuoted()
    {
        _cursor.Position += 2;
        var start = _cursor.Position;
        var end = _cursor.Text.IndexOf("\\E", start, StringComparison.Ordinal);
        var stop = end < 0 ? _cursor.Text.Length : end;
        while (_cursor.Position < stop)
        {
            if (_cursor.Read() == Re2Cursor.None)
            {
                return false;
            }
        }

        _tree.PushText(_cursor.Text, start, stop - start);
        _cursor.Position = end < 0 ? stop : end + 2;
        return true;
    }

    private bool TryParseCountedRepeat(int lastRepeat, ref bool isRepeat)
    {
        var start = _cursor.Position;
        if (!Re2RepeatCounts.TryRead(_cursor, out var min, out var max))
        {
            _cursor.Position = start + 1;
            return _tree.PushCodePoint('{');
        }

        isRepeat = true;
        if (min > MaxRepeat || max > MaxRepeat || (max >= 0 && min > max))
        {
            return _cursor.Fail(BadRepeatCount, start, _cursor.Position);
        }

        return TryRepeat(min, max, counted: true, start, lastRepeat);
    }

    private bool TryRepeat(int min, int max, bool counted, int start, int lastRepeat)
    {
        // The lazy mark changes what is captured, never what matches.
        _cursor.Position += _cursor.IsAt('?') ? 1 : 0;
        if (lastRepeat >= 0)
        {
            return _cursor.Fail("invalid nested repetition operator", lastRepeat, _cursor.Position);
        }

        if (!_tree.TryTakeLast(out var body))
        {
            return _cursor.Fail("missing argument to repetition operator", start, _cursor.Position);
        }

        var repeat = new Re2Repeat(body, min, max, counted);
        if (repeat.RepeatProduct > MaxRepeat)
        {
            return _cursor.Fail(BadRepeatCount, start, _cursor.Position);
        }

        return _tree.Push(repeat);
    }

    private bool Push(Re2AssertionKind kind)
    {
        _unanalyzable ??= kind switch
        {
            Re2AssertionKind.WordBoundary => "word boundary \\b",
            Re2AssertionKind.NoWordBoundary => "word boundary \\B",
            Re2AssertionKind.BeginLine => "multi-line ^",
            Re2AssertionKind.EndLine => "multi-line $",
            _ => null,
        };
        return _tree.Push(Re2Assertion.Of(kind));
    }
}
