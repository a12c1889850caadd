using System;
using System.IO;
using System.IO.Compression;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Http;

/// <summary>
/// Decompresses a body of gzip (RFC 1952) or deflate (RFC 1950, or RFC 1951 alone) and checks its end and its checksum.
/// System.IO.Compression accepts a body that is cut off as a shorter one.
/// </summary>
/// <remarks>A body that is cut off is an <see cref="EndOfStreamException"/>, a damaged one a <see cref="DamagedBodyException"/>. An empty body stays empty.</remarks>
internal sealed class DecodedStream : ReadOnlyStream
{
    private const int TrailerLength = 8;
    private const byte Deflate = 8;
    private const byte HasHeaderChecksum = 2;
    private const byte HasExtra = 4;
    private const byte HasName = 8;
    private const byte HasComment = 16;
    private const byte Reserved = 0xE0;
    private const int HasDictionary = 0x20;

    private readonly CompressedInput input;
    private readonly bool isGzip;
    private DeflateStream? data;
    private BodyChecksum checksum;
    private int trailerLength;
    private bool isEnded;

    /// <param name="body">The compressed body; disposed with this stream.</param>
    /// <param name="isGzip">Whether it is gzip; otherwise deflate.</param>
    public DecodedStream(Stream body, bool isGzip)
    {
        input = new CompressedInput(body);
        this.isGzip = isGzip;
    }

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        try
        {
            return count == 0 ? 0 : await DecodeAsync(buffer, offset, count, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (IOException or ObjectDisposedException or OperationCanceledException or HttpRequestException))
        {
            throw new DamagedBodyException("The compressed body is damaged.", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            data?.Dispose();
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<int> DecodeAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        var isFirst = data is null;
        while (!isEnded)
        {
            if (data is null)
            {
                isEnded = !await (isGzip ? OpenGzipAsync(isFirst, cancellationToken) : OpenDeflateAsync(cancellationToken)).ConfigureAwait(false);
                continue;
            }

            if (await data.ReadAsync(buffer, offset, count, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                checksum.Add(buffer, offset, read);
                return read;
            }

            // DeflateStream reads on only until its data end.
            if (input.IsReadBeyondEnd)
            {
                throw CutOff();
            }

            data.Dispose();
            data = null;
            isFirst = false;
            if (!await input.SkipTrailerAsync(checksum.GetTrailer(trailerLength), cancellationToken).ConfigureAwait(false))
            {
                throw new DamagedBodyException("The checksum of the compressed body is missing or wrong.");
            }

            // Only gzip has further members; other bytes after the end are padding.
            isEnded = !isGzip;
        }

        return 0;
    }

    private async Task<bool> OpenGzipAsync(bool isFirst, CancellationToken cancellationToken)
    {
        if (!await input.StartsWithAsync(0x1F, 0x8B, cancellationToken).ConfigureAwait(false))
        {
            return isFirst && !input.IsEmpty ? throw new DamagedBodyException("The body is not gzip.") : false;
        }

        input.Skip(2);
        var method = await NextAsync(cancellationToken).ConfigureAwait(false);
        var flags = await NextAsync(cancellationToken).ConfigureAwait(false);
        if (method != Deflate || (flags & Reserved) != 0)
        {
            throw new DamagedBodyException("The gzip body uses a compression that is not known.");
        }

        // Time, extra flags and system.
        await SkipAsync(6, cancellationToken).ConfigureAwait(false);
        if ((flags & HasExtra) != 0)
        {
            var low = await NextAsync(cancellationToken).ConfigureAwait(false);
            await SkipAsync(low + (256 * await NextAsync(cancellationToken).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
        }

        await SkipTextAsync((flags & HasName) != 0, cancellationToken).ConfigureAwait(false);
        await SkipTextAsync((flags & HasComment) != 0, cancellationToken).ConfigureAwait(false);
        await SkipAsync((flags & HasHeaderChecksum) != 0 ? 2 : 0, cancellationToken).ConfigureAwait(false);
        Open(TrailerLength);
        return true;
    }

    // Some servers send the data of deflate without the header of zlib.
    private async Task<bool> OpenDeflateAsync(CancellationToken cancellationToken)
    {
        if (await input.PeekAsync(2, cancellationToken).ConfigureAwait(false) is not { Count: > 0 } start)
        {
            return false;
        }

        var (first, second) = (start.Array![start.Offset], start.Count > 1 ? start.Array[start.Offset + 1] : (byte)0);
        if ((first & 0x0F) != Deflate || ((first * 256) + second) % 31 != 0 || (second & HasDictionary) != 0)
        {
            Open(0);
            return true;
        }

        input.Skip(2);
        Open(4);
        return true;
    }

    private void Open(int trailer)
    {
        trailerLength = trailer;
        checksum = new BodyChecksum(isGzip);
        data = new DeflateStream(input, CompressionMode.Decompress, leaveOpen: true);
    }

    private async Task<byte> NextAsync(CancellationToken cancellationToken)
    {
        var next = await input.PeekAsync(1, cancellationToken).ConfigureAwait(false);
        if (next.Count == 0)
        {
            throw CutOff();
        }

        input.Skip(1);
        return next.Array![next.Offset];
    }

    private async Task SkipAsync(int count, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            await NextAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SkipTextAsync(bool isPresent, CancellationToken cancellationToken)
    {
        while (isPresent && await NextAsync(cancellationToken).ConfigureAwait(false) != 0)
        {
        }
    }

    private static EndOfStreamException CutOff() => new("The compressed body is cut off.");
}

/// <summary>A body that arrived and cannot be decompressed.</summary>
internal sealed class DamagedBodyException(string message, Exception? inner = null) : IOException(message, inner);
