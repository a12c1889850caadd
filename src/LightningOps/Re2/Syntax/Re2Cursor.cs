namespace LightningOps.Re2.Syntax;

/// <summary>The text being parsed, the current position, and the first error.</summary>
internal sealed class Re2Cursor
{
    /// <summary>Stands for "no code point": past the end, or a lone surrogate (with an error recorded).</summary>
    public const int None = -1;

    /// <summary>The whole expression.</summary>
    public string Text { get; private set; } = string.Empty;

    /// <summary>The index of the next character.</summary>
    public int Position { get; set; }

    /// <summary>The first error, or null.</summary>
    public Re2SyntaxError? Error { get; private set; }

    /// <summary>Restarts with another text.</summary>
    public void Reset(string text)
    {
        Text = text;
        Position = 0;
        Error = null;
    }

    /// <summary>True at the end of the text.</summary>
    public bool AtEnd => Position >= Text.Length;

    /// <summary>The character at offset <paramref name="ahead"/> from the next one, or U+0000 past the end.</summary>
    public char Peek(int ahead = 0) => Position + ahead < Text.Length ? Text[Position + ahead] : '\0';

    /// <summary>True when <paramref name="expected"/> is at offset <paramref name="ahead"/> from the next character.</summary>
    public bool IsAt(char expected, int ahead = 0) =>
        Position + ahead < Text.Length && Text[Position + ahead] == expected;

    /// <summary>Reads one code point; <see cref="None" /> at the end, or with an error at a lone surrogate.</summary>
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

    /// <summary>Records an error at <c>[start, end)</c> unless there is one; always false, so that callers can return it.</summary>
    public bool Fail(string code, int start, int end) => Fail(code, start, Text.Substring(start, end - start));

    /// <summary>Records an error at <paramref name="position"/> that quotes <paramref name="fragment"/>; always false.</summary>
    public bool Fail(string code, int position, string fragment)
    {
        Error ??= new Re2SyntaxError(code + ": `" + fragment + "`", position, fragment);
        return false;
    }
}
