using System;
using System.Collections.Generic;

namespace LightningOps.Re2.Syntax;

/// <summary>
/// Parses character classes: Go regexp/syntax parseClass, parseNamedClass, parseUnicodeClass and the functions they
/// call.
/// </summary>
internal sealed class Re2ClassParser(Re2Cursor cursor)
{
    private const string BadRange = "invalid character class range";

    // Most expressions repeat a few classes.
    private const int RememberedClasses = 8;

    private readonly Re2EscapeParser escapes = new(cursor);
    private readonly List<int> ranges = new();
    private readonly (string Text, bool FoldsCase, CodePointSet Set)[] remembered = new (string, bool, CodePointSet)[RememberedClasses];
    private int nextRemembered;

    /// <summary>The first script named by several words, which Go 1.26 refuses.</summary>
    public string? ScriptOfSeveralWords { get; private set; }

    /// <summary>Clears the state for another text.</summary>
    public void Reset()
    {
        ScriptOfSeveralWords = null;
    }

    /// <summary>
    /// Parses <c>\d</c>, <c>\p{…}</c> and similar classes at the cursor. False, with the cursor unmoved or an error
    /// recorded, when there is none.
    /// </summary>
    public bool TryParseClassEscape(bool foldsCase, out CodePointSet set)
    {
        set = CodePointSet.Empty;
        if (!cursor.IsAt('\\'))
        {
            return false;
        }

        switch (cursor.Peek(1))
        {
            case 'd' or 'D':
                set = AsciiClasses.Posix["digit"];
                break;
            case 's' or 'S':
                set = AsciiClasses.PerlSpace;
                break;
            case 'w' or 'W':
                set = AsciiClasses.Posix["word"];
                break;
            case 'p' or 'P':
                return TryParseUnicodeClass(foldsCase, out set);
            default:
                return false;
        }

        set = Fold(set, foldsCase, char.IsUpper(cursor.Peek(1)));
        cursor.Position += 2;
        return true;
    }

    /// <summary>Parses <c>[…]</c> at the cursor; false with an error recorded.</summary>
    public bool TryParseBrackets(bool foldsCase, out CodePointSet set)
    {
        if (TryGetRemembered(foldsCase, out set))
        {
            return true;
        }

        var start = cursor.Position++;
        var isNegated = cursor.IsAt('^');
        cursor.Position += isNegated ? 1 : 0;
        ranges.Clear();
        for (var isFirst = true; isFirst || !cursor.IsAt(']'); isFirst = false)
        {
            var isItem = TryParsePosixClass(foldsCase, out var item) || TryParseClassEscape(foldsCase, out item);
            if (cursor.Error is not null)
            {
                return false;
            }

            if (isItem)
            {
                ranges.AddRange(item.Ranges);
            }
            else if (!TryParseRange(start, foldsCase))
            {
                return false;
            }
        }

        cursor.Position++;
        set = CodePointSet.FromUnordered(ranges);
        set = isNegated ? set.Complement() : set;
        Remember(cursor.Text.Substring(start, cursor.Position - start), foldsCase, set);
        return true;
    }

    // An equal text at the cursor is the same class, because the text determines where it ends. Only "[:" is followed beyond.
    private void Remember(string text, bool foldsCase, CodePointSet set)
    {
        if (ScriptOfSeveralWords is null && text.IndexOf("[:", StringComparison.Ordinal) < 0)
        {
            remembered[nextRemembered] = (text, foldsCase, set);
            nextRemembered = (nextRemembered + 1) % RememberedClasses;
        }
    }

    private bool TryGetRemembered(bool foldsCase, out CodePointSet set)
    {
        foreach (var (text, folds, known) in remembered)
        {
            if (text is not null && folds == foldsCase && string.CompareOrdinal(cursor.Text, cursor.Position, text, 0, text.Length) == 0)
            {
                cursor.Position += text.Length;
                set = known;
                return true;
            }
        }

        set = CodePointSet.Empty;
        return false;
    }

    private static CodePointSet Fold(CodePointSet set, bool foldsCase, bool isNegated)
    {
        set = foldsCase ? CaseFolding.Shared.Close(set) : set;
        return isNegated ? set.Complement() : set;
    }

    private bool TryParseRange(int classStart, bool foldsCase)
    {
        var start = cursor.Position;
        if (!TryParseClassCharacter(classStart, out var low))
        {
            return false;
        }

        var high = low;
        if (cursor.IsAt('-') && cursor.Position + 1 < cursor.Text.Length && !cursor.IsAt(']', 1))
        {
            cursor.Position++;
            if (!TryParseClassCharacter(classStart, out high))
            {
                return false;
            }

            if (high < low)
            {
                return cursor.Fail(BadRange, start, cursor.Position);
            }
        }

        if (foldsCase)
        {
            ranges.AddRange(CaseFolding.Shared.Close(CodePointSet.Create(low, high)).Ranges);
            return true;
        }

        ranges.Add(low);
        ranges.Add(high);
        return true;
    }

    private bool TryParseClassCharacter(int classStart, out int codePoint)
    {
        codePoint = 0;
        if (cursor.AtEnd)
        {
            return cursor.Fail("missing closing ]", classStart, cursor.Text.Length);
        }

        if (cursor.IsAt('\\'))
        {
            return escapes.TryParse(out codePoint);
        }

        codePoint = cursor.Read();
        return codePoint != Re2Cursor.None;
    }

    private bool TryParsePosixClass(bool foldsCase, out CodePointSet set)
    {
        set = CodePointSet.Empty;
        if (!cursor.IsAt('[') || !cursor.IsAt(':', 1))
        {
            return false;
        }

        var start = cursor.Position;
        var end = cursor.Text.IndexOf(":]", start + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        var isNegated = cursor.IsAt('^', 2);
        var nameStart = start + (isNegated ? 3 : 2);
        var name = nameStart <= end ? cursor.Text.Substring(nameStart, end - nameStart) : string.Empty;
        if (!AsciiClasses.Posix.TryGetValue(name, out var found))
        {
            return cursor.Fail(BadRange, start, end + 2);
        }

        set = Fold(found, foldsCase, isNegated);
        cursor.Position = end + 2;
        return true;
    }

    private bool TryParseUnicodeClass(bool foldsCase, out CodePointSet set)
    {
        set = CodePointSet.Empty;
        var start = cursor.Position;
        var isNegated = cursor.IsAt('P', 1);
        cursor.Position += 2;
        var nameStart = cursor.Position;
        var c = cursor.Read();
        if (cursor.Error is not null)
        {
            return false;
        }

        var nameEnd = cursor.Position;
        if (c == '{')
        {
            nameEnd = cursor.Text.IndexOf('}', nameStart++);
            if (nameEnd < 0)
            {
                return cursor.Fail(BadRange, start, cursor.Text.Length);
            }

            cursor.Position = nameEnd + 1;
        }

        var name = cursor.Text.Substring(nameStart, nameEnd - nameStart);
        if (name.StartsWith("^", StringComparison.Ordinal))
        {
            isNegated = !isNegated;
            name = name.Substring(1);
        }

        if (!UnicodeClasses.Shared.TryGet(name, out var found))
        {
            return cursor.Fail(BadRange, start, cursor.Position);
        }

        ScriptOfSeveralWords ??= UnicodeClasses.Shared.IsScriptOfSeveralWords(name) ? name : null;
        set = Fold(found, foldsCase, isNegated);
        return true;
    }
}
