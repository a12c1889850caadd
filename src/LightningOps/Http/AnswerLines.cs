using System;
using System.IO;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Http;

/// <summary>The body of an answer as it arrives, complete or in lines, up to a maximum size.</summary>
internal sealed class AnswerLines
{
    private readonly Stream body;
    private readonly long announced;
    private readonly int maxSize;
    private readonly CancellationToken cancellationToken;
    private readonly byte[] chunk = new byte[64 * 1024];
    private readonly MemoryStream line = new();
    private int start;
    private int end;
    private int total;

    private AnswerLines(Stream body, long announced, int maxSize, CancellationToken cancellationToken)
    {
        this.body = body;
        this.announced = announced;
        this.maxSize = maxSize;
        this.cancellationToken = cancellationToken;
    }

    /// <summary>Reads the body of an answer after its headers.</summary>
    /// <param name="response">The answer; it is disposed when the token stops the read.</param>
    /// <param name="maxSize">Maximum size, bytes.</param>
    /// <param name="read">Reads as much as it needs.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="AnswerTooLargeException">The body is larger than the limit.</exception>
    /// <exception cref="HttpRequestException">The body ended early.</exception>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage response, int maxSize, Func<AnswerLines, Task<T>> read, CancellationToken cancellationToken)
    {
        // Not every read of a body observes the token. Disposing the response ends it.
        using var stop = cancellationToken.Register(static answer => ((HttpResponseMessage)answer!).Dispose(), response);
        try
        {
            using var body = response.Content is null ? Stream.Null : await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
            return await read(new AnswerLines(body, response.Content?.Headers.ContentLength ?? 0, maxSize, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidDataException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new HttpRequestException("The answer ended early.", e);
        }
    }

    /// <summary>The next line without its end; null at the end of the body.</summary>
    /// <exception cref="AnswerTooLargeException">The body is larger than the limit.</exception>
    public async Task<string?> ReadLineAsync()
    {
        while (start < end || await FillAsync().ConfigureAwait(false))
        {
            var newline = Array.IndexOf(chunk, (byte)'\n', start, end - start);
            line.Write(chunk, start, (newline < 0 ? end : newline) - start);
            start = newline < 0 ? end : newline + 1;
            if (newline >= 0)
            {
                return ConsumeLine();
            }
        }

        return line.Length > 0 ? ConsumeLine() : null;
    }

    /// <summary>The rest of the body as text.</summary>
    /// <exception cref="AnswerTooLargeException">The body is larger than the limit.</exception>
    public async Task<string> ReadAllAsync()
    {
        await CollectAsync().ConfigureAwait(false);
        return ConsumeLine();
    }

    /// <summary>The whole body.</summary>
    /// <exception cref="AnswerTooLargeException">The body is larger than the limit, or declares so.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadBytesAsync()
    {
        if (announced > maxSize)
        {
            throw new AnswerTooLargeException(maxSize);
        }

        line.Capacity = (int)announced;
        await CollectAsync().ConfigureAwait(false);
        return new ReadOnlyMemory<byte>(line.GetBuffer(), 0, (int)line.Length);
    }

    private async Task CollectAsync()
    {
        do
        {
            line.Write(chunk, start, end - start);
            start = end;
        }
        while (await FillAsync().ConfigureAwait(false));
    }

    private string ConsumeLine()
    {
        var text = Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);
        line.SetLength(0);
        return text;
    }

    private async Task<bool> FillAsync()
    {
        var count = await body.ReadAsync(chunk, 0, chunk.Length, cancellationToken).ConfigureAwait(false);
        (start, end) = (0, count);
        total += count;
        return total > maxSize ? throw new AnswerTooLargeException(maxSize) : count > 0;
    }
}
