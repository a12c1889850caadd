using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Http;

/// <summary>
/// A compressed body as the input of a DeflateStream. DeflateStream does not report the end of its data within the
/// bytes that it read, so the end is found by the trailer that follows.
/// </summary>
internal sealed class CompressedInput(Stream body) : ReadOnlyStream
{
    // The end of the data is searched in one slice.
    private const int SliceLength = 512;
    private readonly byte[] buffer = new byte[16 * 1024];
    private int sliceStart;
    private int start;
    private int end;
    private bool isExhausted;

    /// <summary>Whether more bytes were needed than there are.</summary>
    public bool IsReadBeyondEnd { get; private set; }

    /// <summary>Whether no byte is left.</summary>
    public bool IsEmpty => start == end;

    /// <summary>Up to a number of the next bytes, which stay unread; fewer at the end.</summary>
    public async Task<ArraySegment<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        while (end - start < count && !isExhausted)
        {
            if (end == buffer.Length)
            {
                Move();
            }

            var read = await body.ReadAsync(buffer, end, buffer.Length - end, cancellationToken).ConfigureAwait(false);
            isExhausted = read == 0;
            end += read;
        }

        return new ArraySegment<byte>(buffer, start, Math.Min(count, end - start));
    }

    /// <summary>Whether two bytes come next.</summary>
    public async Task<bool> StartsWithAsync(byte first, byte second, CancellationToken cancellationToken)
    {
        var next = await PeekAsync(2, cancellationToken).ConfigureAwait(false);
        return next.Count == 2 && next.Array![next.Offset] == first && next.Array[next.Offset + 1] == second;
    }

    /// <summary>Passes over bytes that were peeked.</summary>
    public void Skip(int count)
    {
        start += count;
        sliceStart = start;
    }

    /// <summary>Continues after the trailer, which begins in the slice read last or directly after it.</summary>
    /// <returns>Whether it is there.</returns>
    public async Task<bool> SkipTrailerAsync(byte[] trailer, CancellationToken cancellationToken)
    {
        await PeekAsync(trailer.Length, cancellationToken).ConfigureAwait(false);
        for (var at = sliceStart; at <= start && at + trailer.Length <= end; at++)
        {
            if (buffer.AsSpan(at, trailer.Length).SequenceEqual(trailer))
            {
                start = at;
                Skip(trailer.Length);
                return true;
            }
        }

        return false;
    }

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            return 0;
        }

        sliceStart = start;
        var slice = await PeekAsync(1, cancellationToken).ConfigureAwait(false);
        IsReadBeyondEnd = slice.Count == 0;
        var length = Math.Min(Math.Min(SliceLength, count), end - start);
        Buffer.BlockCopy(this.buffer, start, buffer, offset, length);
        start += length;
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Move()
    {
        Buffer.BlockCopy(buffer, sliceStart, buffer, 0, end - sliceStart);
        (sliceStart, start, end) = (0, start - sliceStart, end - sliceStart);
    }
}
