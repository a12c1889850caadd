using System;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Http;

namespace LightningOps.Gateway.Loopback.Http;

/// <summary>The body of a request as it arrives; nothing of it is kept.</summary>
internal sealed class RequestBody : ReadOnlyStream
{
    private const int MaxLineLength = 1024;
    private const int MaxTrailerSize = 4096;
    private const int MaxSizeDigits = 16;
    private readonly ConnectionInput input;
    private readonly Func<Task> beforeFirstRead;
    private readonly bool isChunked;
    private long remaining;
    private bool isBetweenChunks;
    private bool hasStarted;

    /// <param name="input">The source.</param>
    /// <param name="length">Its length in bytes; null when it is chunked.</param>
    /// <param name="beforeFirstRead">Sends 100 Continue to a waiting client.</param>
    public RequestBody(ConnectionInput input, long? length, Func<Task> beforeFirstRead)
    {
        this.input = input;
        this.beforeFirstRead = beforeFirstRead;
        isChunked = length is null;
        remaining = length ?? 0;
        IsAtEnd = length == 0;
    }

    /// <summary>Whether all of it was read.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>Whether it has been read from.</summary>
    public bool HasStarted => hasStarted;

    /// <summary>Known remaining bytes; null if unknown.</summary>
    public long? Remaining => IsAtEnd ? 0 : isChunked ? null : remaining;

    /// <summary>Why it cannot be read further, when it is malformed.</summary>
    public BadRequestException? Fault { get; private set; }

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsAtEnd || count == 0)
        {
            return 0;
        }

        if (!hasStarted)
        {
            hasStarted = true;
            await beforeFirstRead().ConfigureAwait(false);
        }

        try
        {
            return await ReadOnAsync(buffer, offset, count).ConfigureAwait(false);
        }
        catch (BadRequestException fault)
        {
            Fault = fault;
            throw;
        }
    }

    private async Task<int> ReadOnAsync(byte[] buffer, int offset, int count)
    {
        if (isChunked && remaining == 0 && !await NextChunkAsync().ConfigureAwait(false))
        {
            IsAtEnd = true;
            return 0;
        }

        var read = await input.ReadAsync(buffer, offset, (int)Math.Min(count, remaining)).ConfigureAwait(false);
        if (read == 0)
        {
            throw new EndOfStreamException();
        }

        remaining -= read;
        IsAtEnd = !isChunked && remaining == 0;
        return read;
    }

    /// <summary>Moves to the next chunk; false after the last.</summary>
    private async Task<bool> NextChunkAsync()
    {
        if (isBetweenChunks && (await input.ReadLineAsync(MaxLineLength).ConfigureAwait(false)).Length > 0)
        {
            throw new BadRequestException("malformed chunk");
        }

        isBetweenChunks = true;
        remaining = ParseSize(await input.ReadLineAsync(MaxLineLength).ConfigureAwait(false));
        if (remaining > 0)
        {
            return true;
        }

        await input.PassTrailersAsync(MaxTrailerSize).ConfigureAwait(false);
        return false;
    }

    // Extensions are ignored; a size consists only of hexadecimal digits.
    private static long ParseSize(string line)
    {
        var semicolon = line.IndexOf(';');
        var digits = semicolon < 0 ? line.TrimEnd(' ', '\t') : line.Substring(0, semicolon);
        return digits.Length is > 0 and <= MaxSizeDigits && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size)
            ? (long)Math.Min(size, long.MaxValue)
            : throw new BadRequestException("malformed chunk");
    }
}
