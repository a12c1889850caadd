using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Settlements.Sources;

/// <summary>
/// A file with one JSON object per line. An object is an invoice update or a settlement with the members of the
/// control plane's functions (docs/reference/control-plane.md#functions), in camelCase or snake_case. <c>type</c>
/// (<c>invoice</c> or <c>settlement</c>) selects the kind; without it <c>settlementId</c> does. Whole requests of the
/// older service, with the function's name and <c>args</c>, and stored settlements with their <c>paymentProofRef</c>
/// instead of the preimage are accepted, too. Empty lines are counted and ignored.
/// </summary>
public sealed class JsonLinesSource : ISettlementSource
{
    private readonly JsonLineBuffer lines;
    private readonly SettlementLineReader reader = new();

    /// <summary>Prepares reading; the caller disposes the stream.</summary>
    /// <param name="content">UTF-8, with or without byte order mark.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="longestLine">Maximum length of a line in bytes; 1 MiB by default.</param>
    public JsonLinesSource(Stream content, string name, int longestLine = 1024 * 1024)
    {
        lines = new JsonLineBuffer(content, longestLine);
        Name = name;
        Length = content.CanSeek ? content.Length : null;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Size of the file in bytes, or null for an endless stream.</summary>
    public long? Length { get; }

    /// <inheritdoc/>
    public async Task<SettlementBatch> ReadAsync(int most, CancellationToken cancellationToken)
    {
        var inputs = new List<SettlementInput>(most);
        while (inputs.Count < most)
        {
            if (lines.TryNext(out var line))
            {
                if (Read(line) is { } input)
                {
                    inputs.Add(input);
                }
            }
            else if (!await lines.FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return new SettlementBatch { Inputs = inputs, IsLast = true, Position = lines.Position };
            }
        }

        return new SettlementBatch { Inputs = inputs, Position = lines.Position };
    }

    /// <inheritdoc/>
    public Task AcknowledgeAsync(SettlementBatch batch, int failed, CancellationToken cancellationToken) => Task.CompletedTask;

    private SettlementInput? Read(JsonLine line) =>
        line.IsTooLong
            ? SettlementInput.From(new RejectedEvent
            {
                Line = line.Number,
                Code = RejectionCodes.LineTooLong,
                Reason = "the line is longer than the maximum event size",
                Remedy = "Write one JSON object per line, ending in LF or CR LF.",
            })
            : IsBlank(line.Json.Span) ? null
            : reader.Read(line.Json.Span, line.Number);

    private static bool IsBlank(ReadOnlySpan<byte> line)
    {
        foreach (var value in line)
        {
            if (value is not ((byte)' ' or (byte)'\t' or (byte)'\r'))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A line of a file, valid until the next one is read.</summary>
/// <param name="Number">Number, from 1.</param>
/// <param name="Json">Its bytes without the line end; empty when it is too long.</param>
/// <param name="IsTooLong">Whether it exceeded the maximum length and was skipped.</param>
internal readonly record struct JsonLine(long Number, ReadOnlyMemory<byte> Json, bool IsTooLong);

/// <summary>Splits a stream into lines while holding at most one chunk and one line of it.</summary>
internal sealed class JsonLineBuffer
{
    private const int ChunkSize = 256 * 1024;
    private const byte LineFeed = (byte)'\n';

    private readonly Stream content;
    private readonly int maxLineLength;
    private byte[] buffer = new byte[ChunkSize];
    private int start;
    private int end;
    private int searched;
    private long number;
    private bool isSkipping;
    private bool isAtEnd;

    public JsonLineBuffer(Stream content, int longestLine)
    {
        this.content = content;
        this.maxLineLength = longestLine;
    }

    /// <summary>Number of bytes of the lines returned so far.</summary>
    public long Position { get; private set; }

    /// <summary>The next line, once it is complete.</summary>
    public bool TryNext(out JsonLine line)
    {
        var feed = buffer.AsSpan(searched, end - searched).IndexOf(LineFeed);
        if (feed >= 0)
        {
            line = Take(searched + feed, ended: 1);
            return true;
        }

        searched = end;
        if (isAtEnd && (end > start || isSkipping))
        {
            line = Take(end, ended: 0);
            return true;
        }

        line = default;
        return false;
    }

    /// <summary>Reads more; false at the end of the stream.</summary>
    public async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (isAtEnd)
        {
            return false;
        }

        MakeRoom();
        var count = await content.ReadAsync(buffer, end, buffer.Length - end, cancellationToken).ConfigureAwait(false);
        isAtEnd = count == 0;
        end += count;
        return true;
    }

    private JsonLine Take(int stop, int ended)
    {
        var isTooLong = isSkipping || stop - start > maxLineLength;
        var json = isTooLong ? default : buffer.AsMemory(start, stop - start);
        Position += stop - start + ended;
        start = searched = stop + ended;
        isSkipping = false;
        return new JsonLine(++number, json, isTooLong);
    }

    private void MakeRoom()
    {
        if (end - start > maxLineLength)
        {
            // The beginning of a line that is too long is dropped.
            isSkipping = true;
            Position += end - start;
            start = end;
        }

        Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        searched = end;
        if (buffer.Length - end < ChunkSize / 2)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }
    }
}
