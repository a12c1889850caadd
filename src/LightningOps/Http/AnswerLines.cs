using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Http;

/// <summary>The lines of an answer as they come, never more bytes than a limit.</summary>
internal sealed class AnswerLines
{
    private readonly Stream body;
    private readonly int maxSize;
    private readonly CancellationToken cancellationToken;
    private readonly byte[] chunk = new byte[16 * 1024];
    private readonly MemoryStream line = new();
    private int start;
    private int end;
    private int total;

    public AnswerLines(Stream body, int largest, CancellationToken cancellationToken)
    {
        this.body = body;
        this.maxSize = largest;
        this.cancellationToken = cancellationToken;
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

    /// <summary>What is left of the body.</summary>
    /// <exception cref="AnswerTooLargeException">The body is larger than the limit.</exception>
    public async Task<string> ReadAllAsync()
    {
        do
        {
            line.Write(chunk, start, end - start);
            start = end;
        }
        while (await FillAsync().ConfigureAwait(false));
        return ConsumeLine();
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
