using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Settlements.Sources;

/// <summary>A line of a file, or an element of its list, valid until the next one is read.</summary>
/// <param name="Number">Number of its line, from 1.</param>
/// <param name="Json">Its bytes without the line end or comma; empty when it is too long.</param>
/// <param name="IsTooLong">Whether it exceeded the maximum length and was skipped.</param>
internal readonly record struct JsonLine(long Number, ReadOnlyMemory<byte> Json, bool IsTooLong)
{
    /// <summary>Number of the element in the list of the file, from 1; null for a line.</summary>
    public long? Element { get; init; }

    /// <summary>Fault of the list, in place of an element; or null.</summary>
    public string? Fault { get; init; }
}

/// <summary>
/// Splits a stream into lines, or into the elements of the list that it is, while holding at most one chunk and one of
/// them.
/// </summary>
internal sealed class JsonLineBuffer
{
    private const int ChunkSize = 256 * 1024;
    private const int MaxLead = 4096;

    private readonly Stream content;
    private readonly int maxLineLength;
    private byte[] buffer = new byte[ChunkSize];
    private int start;
    private int end;
    private int searched;
    private long number;
    private bool isSkipping;
    private bool isAtEnd;
    private bool isBegun;
    private JsonListScan? list;

    public JsonLineBuffer(Stream content, int longestLine)
    {
        this.content = content;
        maxLineLength = longestLine;
    }

    /// <summary>Number of bytes of the lines returned so far.</summary>
    public long Position { get; private set; }

    /// <summary>The next line or element, once it is complete.</summary>
    public bool TryNext(out JsonLine line)
    {
        line = default;
        return (isBegun || TryBegin()) && (list is null ? TryNextLine(out line) : TryNextElement(list, out line));
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

    // A list begins with a bracket. White space before it is bounded, as nothing else is known of the file yet.
    private bool TryBegin()
    {
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        var next = 0;
        while (next < end && ((next < byteOrderMark.Length && buffer[next] == byteOrderMark[next]) || JsonListScan.IsWhiteSpace(buffer[next])))
        {
            next++;
        }

        if (next == end && !isAtEnd && next < MaxLead)
        {
            return false;
        }

        isBegun = true;
        if (next < end && buffer[next] == (byte)'[')
        {
            list = new JsonListScan();
            Position += next + 1;
            start = searched = next + 1;
            number = 1 + Count(0, next);
        }

        return true;
    }

    private bool TryNextLine(out JsonLine line)
    {
        var feed = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
        if (feed >= 0)
        {
            line = Take(searched + feed, ended: 1) with { Number = ++number };
            return true;
        }

        searched = end;
        if (isAtEnd && (end > start || isSkipping))
        {
            line = Take(end, ended: 0) with { Number = ++number };
            return true;
        }

        line = default;
        return false;
    }

    private bool TryNextElement(JsonListScan scan, out JsonLine line)
    {
        while (searched < end)
        {
            if (scan.Ends(buffer[searched]))
            {
                line = TakeElement(scan, searched, ended: 1);
                return true;
            }

            searched++;
        }

        if (!isAtEnd || (end == start && !isSkipping && scan.IsDone))
        {
            line = default;
            return false;
        }

        var isCutOff = !scan.IsDone;
        scan.Finish();
        line = TakeElement(scan, end, ended: 0);
        line = isCutOff ? line with { Fault = "the list has no end: the file is cut off" } : line;
        return true;
    }

    private JsonLine TakeElement(JsonListScan scan, int stop, int ended)
    {
        var from = start;
        while (from < stop && JsonListScan.IsWhiteSpace(buffer[from]))
        {
            from++;
        }

        var at = number + Count(start, from);
        number += scan.TakeLineFeeds();
        var isAfter = scan.IsAfterList;
        var hasText = from < stop || isSkipping;
        var line = Take(stop, ended) with { Number = isSkipping ? number : at, Element = hasText ? scan.NextElement() : null };
        return isAfter && hasText ? line with { Fault = "text follows the end of the list" } : line;
    }

    private JsonLine Take(int stop, int ended)
    {
        var isTooLong = isSkipping || stop - start > maxLineLength;
        var json = isTooLong ? default : buffer.AsMemory(start, stop - start);
        Position += stop - start + ended;
        start = searched = stop + ended;
        isSkipping = false;
        return new JsonLine(number, json, isTooLong);
    }

    private int Count(int from, int to)
    {
        var feeds = 0;
        for (var i = from; i < to; i++)
        {
            feeds += buffer[i] == (byte)'\n' ? 1 : 0;
        }

        return feeds;
    }

    private void MakeRoom()
    {
        if (end - start > maxLineLength && isBegun)
        {
            // The beginning of a line that is too long is dropped.
            isSkipping = true;
            Position += end - start;
            start = end;
        }

        Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
        end -= start;
        searched -= start;
        start = 0;
        if (buffer.Length - end < ChunkSize / 2)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }
    }
}
