using System;
using System.Text;

namespace LightningOps.ApertureYaml;

/// <summary>Grows the UTF-8 bytes of an artifact.</summary>
internal sealed class Utf8Text
{
    private byte[] bytes;
    private int used;

    public Utf8Text(int capacity) => bytes = new byte[Math.Max(capacity, 256)];

    public ReadOnlyMemory<byte> Written => new(bytes, 0, used);

    public Utf8Text Append(ReadOnlySpan<byte> text)
    {
        Reserve(text.Length);
        text.CopyTo(bytes.AsSpan(used));
        used += text.Length;
        return this;
    }

    public Utf8Text Append(string text)
    {
        // UTF-8 needs at most three bytes per UTF-16 unit.
        Reserve(text.Length * 3);
        used += Encoding.UTF8.GetBytes(text, 0, text.Length, bytes, used);
        return this;
    }

    /// <summary>A text in quotes, as <see cref="YamlScalar.Quoted"/> gives it.</summary>
    public Utf8Text AppendQuoted(string text) =>
        YamlScalar.IsQuotedAsItStands(text) ? Append("'"u8).Append(text).Append("'"u8) : Append(YamlScalar.Quoted(text));

    public Utf8Text Append(long number)
    {
        Reserve(20);
        if (!System.Buffers.Text.Utf8Formatter.TryFormat(number, bytes.AsSpan(used), out var written))
        {
            throw new InvalidOperationException("A 64-bit number needs at most 20 bytes.");
        }

        used += written;
        return this;
    }

    private void Reserve(int count)
    {
        if (used + count > bytes.Length)
        {
            Array.Resize(ref bytes, (int)Math.Min(0x7FFFFFC7L, Math.Max((long)used + count, bytes.Length * 2L)));
        }
    }
}
