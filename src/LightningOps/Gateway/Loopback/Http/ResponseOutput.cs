using System;
using System.IO;
using System.Threading.Tasks;

namespace LightningOps.Gateway.Loopback.Http;

/// <summary>Gathers what goes to a client, so that a short answer is one write.</summary>
internal sealed class ResponseOutput
{
    private readonly Stream stream;
    private readonly ConnectionTimer timer;
    private readonly TimeSpan writeTimeout;
    private byte[] buffer = new byte[4096];
    private int count;

    public ResponseOutput(Stream stream, ConnectionTimer timer, TimeSpan writeTimeout)
    {
        this.stream = stream;
        this.timer = timer;
        this.writeTimeout = writeTimeout;
    }

    /// <summary>Whether something is gathered and not yet sent.</summary>
    public bool HasMore => count > 0;

    public void Append(string text)
    {
        Reserve(text.Length);
        count += RequestHeadParser.Latin1.GetBytes(text, 0, text.Length, buffer, count);
    }

    public void Append(byte[] bytes, int offset, int length)
    {
        Reserve(length);
        Buffer.BlockCopy(bytes, offset, buffer, count, length);
        count += length;
    }

    public async Task FlushAsync()
    {
        if (count == 0)
        {
            return;
        }

        var length = count;
        count = 0;
        timer.Arm(writeTimeout);
        await stream.WriteAsync(buffer, 0, length).ConfigureAwait(false);
        timer.Disarm();
    }

    private void Reserve(int length)
    {
        if (count + length > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, count + length));
        }
    }
}
