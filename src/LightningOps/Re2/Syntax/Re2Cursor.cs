namespace LightningOps.Re2.Syntax;

/// <summary>The text being parsed, the place reached in it, and the first error.</summary>
internal sealed class Re2Cursor
{
    /// <summary>What stands for "no code point": past the end, or a lone surrogate (then there is an error too).</summary>
    public const int None = -1;

    /// <summary>The whole expression.</summary>
    public string Text { get; private set; } = string.Empty;

    /// <summary>The index of the next character.</summary>
    public int Position { get; set; }

    /// <summary>The first error, or none yet.</summary>
    public Re2SyntaxError? Error { get; private set; }

    /// <summary>Begins at the start of another text.</summary>
    public void Reset(string text)
    {
        Text = text;
        Position = 0;
        Error = null;
    }

    /// <summary>True at the end of the text.</summary>
    public bool AtEnd => Position >= Text.Length;

    /// <summary>The character <paramref name="ahead"/> of the next one, or U+0000 past the end.</summary>
    public char Peek(int ahead = 0) => Position + ahead < Text.Length ? Text[Position + ahead] : '\0';

    /// <summary>True when <paramref name="expected"/> is <paramref name="ahead"/> of the next character.</summary>
    public bool IsAt(char expected, int ahead = 0) =>
        Position + ahead < Text.Length && Text[Position + ahead] == expected;

    /// <summary>Takes one code point; <see cref="None"/> at the end, or with an error at a lone surrogate.</summary>
    public int Read()
    {
        if (AtEnd)
        {
            return None;
        }

        var first = Text[Position];
        if (!char.IsSurrogate(first))
        {
            Position++;
            return first;
        }

        if (char.IsHighSurrogate(first) && Position + 1 < Text.Length && char.IsLowSurrogate(Text[Position + 1]))
        {
            Position += 2;
            return char.ConvertToUtf32(first, Text[Position - 1]);
        }

        Fail("invalid UTF-8", Position, Text.Length);
        return None;
    }

    /// <summary>Notes an error at <c>[start, end)</c> unless there is one; always false, so callers can return it.</summary>
    public bool Fail(string code, int start, int end) => Fail(code, start, Text.Substring(start, end - start));

    /// <summary>Notes an error at <paramref name="position"/> that quotes <paramref name="fragment"/>; always false.</summary>
    public bool Fail(string code, int position, string fragment)
    {
        Error ??= new Re2SyntaxError(code + ": `" + fragment + "`", position, fragment);
        return false;
    }
}
