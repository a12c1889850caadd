using System;
using System.IO;
using System.Threading.Tasks;

namespace LightningOps.Gateway.Loopback.Http;

/// <summary>
/// Reads ahead from a client into a buffer. A head is read whole; of a body and the requests behind it, no byte more
/// than requested.
/// </summary>
internal sealed class ConnectionInput
{
    private const int ReadSize = 16 * 1024;
    private const int MaxBlanks = 4;
    private readonly Stream stream;
    private readonly ConnectionTimer timer;
    private readonly HttpServerOptions options;
    private byte[] buffer = new byte[4096];
    private int start;
    private int end;
    private int blanks;

    public ConnectionInput(Stream stream, ConnectionTimer timer, HttpServerOptions options)
    {
        this.stream = stream;
        this.timer = timer;
        this.options = options;
    }

    /// <summary>Whether the client has begun to send a request.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>The next request's head; null when the client is done.</summary>
    /// <param name="isAfterPost">Whether the request before was a POST, behind whose body old clients send an empty line (RFC 7230, 3.5).</param>
    /// <exception cref="BadRequestException">It is no head that is taken.</exception>
    public async Task<RequestHead?> ReadHeadAsync(bool isAfterPost = false)
    {
        HasStarted = false;
        blanks = isAfterPost ? MaxBlanks : 0;
        var scanned = 0;
        timer.Arm(options.IdleTimeout);
        while (true)
        {
            SkipBlanks();
            if (end > start && !HasStarted)
            {
                HasStarted = true;
                timer.Arm(options.HeadTimeout);
            }

            if (FindEnd(ref scanned) is var length && length > 0)
            {
                timer.Disarm();
                var head = RequestHeadParser.Parse(buffer, start, length, options.MaxHeaders);
                start += length;
                return head;
            }

            if (end - start >= options.MaxHeadSize)
            {
                throw new BadRequestException("request head too large", 431);
            }

            if (await FillAsync().ConfigureAwait(false) == 0)
            {
                return end > start ? throw new BadRequestException("unfinished request") : null;
            }
        }
    }

    /// <summary>Reads bytes of a body.</summary>
    /// <returns>Number of bytes; 0 when the client has finished.</returns>
    public async Task<int> ReadAsync(byte[] target, int offset, int count)
    {
        if (end == start && count >= ReadSize / 4)
        {
            timer.Arm(options.ReadTimeout);
            var direct = await stream.ReadAsync(target, offset, count).ConfigureAwait(false);
            timer.Disarm();
            return direct;
        }

        if (end == start && await FillBodyAsync().ConfigureAwait(false) == 0)
        {
            return 0;
        }

        var taken = Math.Min(count, end - start);
        Buffer.BlockCopy(buffer, start, target, offset, taken);
        start += taken;
        return taken;
    }

    /// <summary>Reads a line of at most <paramref name="most"/> bytes: a chunk's size, or a trailer.</summary>
    /// <exception cref="BadRequestException">It is longer, or does not end with CR LF.</exception>
    public async Task<string> ReadLineAsync(int most)
    {
        var scanned = 0;
        while (true)
        {
            var feed = Array.IndexOf(buffer, (byte)'\n', start + scanned, end - start - scanned);
            if (feed >= 0)
            {
                var line = RequestHeadParser.Latin1.GetString(buffer, start, feed - start);
                start = feed + 1;
                return line.Length > 0 && line[line.Length - 1] == '\r' && line.IndexOf('\r') == line.Length - 1
                    ? line.Substring(0, line.Length - 1)
                    : throw new BadRequestException("malformed chunk");
            }

            scanned = end - start;
            if (scanned > most)
            {
                throw new BadRequestException("malformed chunk");
            }

            if (await FillBodyAsync().ConfigureAwait(false) == 0)
            {
                throw new EndOfStreamException();
            }
        }
    }

    /// <summary>Reads the trailers behind the last chunk (net/http, readTrailer): an empty line, or lines whose end two CR LF announce.</summary>
    /// <exception cref="BadRequestException">They are more than <paramref name="most"/> bytes, or a line is malformed.</exception>
    public async Task PassTrailersAsync(int most)
    {
        while (true)
        {
            if (FindTrailersEnd() is var length && length > 0)
            {
                start += RequestHeadParser.PassTrailers(RequestHeadParser.Latin1.GetString(buffer, start, length));
                return;
            }

            if (end - start >= most)
            {
                throw new BadRequestException("trailers too large");
            }

            if (await FillBodyAsync().ConfigureAwait(false) == 0)
            {
                throw new EndOfStreamException();
            }
        }
    }

    /// <summary>Length of the trailers with their empty line; 0 when its end has not arrived yet.</summary>
    private int FindTrailersEnd()
    {
        if (end - start >= 2 && buffer[start] == '\r' && buffer[start + 1] == '\n')
        {
            return 2;
        }

        for (var i = start; i + 3 < end; i++)
        {
            if (buffer[i] == '\r' && buffer[i + 1] == '\n' && buffer[i + 2] == '\r' && buffer[i + 3] == '\n')
            {
                return i + 4 - start;
            }
        }

        return 0;
    }

    private void SkipBlanks()
    {
        for (; blanks > 0 && end > start; blanks--)
        {
            if (buffer[start] is not ((byte)'\r' or (byte)'\n'))
            {
                blanks = 0;
                return;
            }

            start++;
        }
    }

    /// <summary>Length of the head with its empty line; 0 when its end has not arrived yet.</summary>
    private int FindEnd(ref int scanned)
    {
        for (var i = start + scanned; i < end; i++)
        {
            if (buffer[i] == '\n' && IsLineBegin(i > start && buffer[i - 1] == '\r' ? i - 1 : i))
            {
                return i + 1 - start;
            }
        }

        scanned = end - start;
        return 0;
    }

    private bool IsLineBegin(int at) => at == start || buffer[at - 1] == '\n';

    private async Task<int> FillBodyAsync()
    {
        timer.Arm(options.ReadTimeout);
        var read = await FillAsync().ConfigureAwait(false);
        timer.Disarm();
        return read;
    }

    private async Task<int> FillAsync()
    {
        if (start == end)
        {
            start = end = 0;
        }

        if (end == buffer.Length)
        {
            var larger = start > 0 ? buffer : new byte[buffer.Length * 2];
            Buffer.BlockCopy(buffer, start, larger, 0, end - start);
            buffer = larger;
            end -= start;
            start = 0;
        }

        var read = await stream.ReadAsync(buffer, end, buffer.Length - end).ConfigureAwait(false);
        end += read;
        return read;
    }
}
