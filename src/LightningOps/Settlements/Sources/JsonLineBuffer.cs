using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Settlements.Sources;

/// <summary>Cuts a stream into lines without ever holding more than one chunk and one line of it.</summary>
internal sealed class JsonLineBuffer
{
    private const int ChunkSize = 256 * 1024;
    private const byte LineFeed = (byte)'\n';

    private readonly Stream content;
    private readonly int longestLine;
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
        this.longestLine = longestLine;
    }

    /// <summary>Bytes of the lines given so far.</summary>
    public long Position { get; private set; }

    /// <summary>The next line, when it is read whole.</summary>
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

    /// <summary>Reads on; false when there is no more to read.</summary>
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
        var isTooLong = isSkipping || stop - start > longestLine;
        var json = isTooLong ? default : buffer.AsMemory(start, stop - start);
        Position += stop - start + ended;
        start = searched = stop + ended;
        isSkipping = false;
        return new JsonLine(++number, json, isTooLong);
    }

    private void MakeRoom()
    {
        if (end - start > longestLine)
        {
            // What was read of a line that is too long is of no use to anyone.
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
