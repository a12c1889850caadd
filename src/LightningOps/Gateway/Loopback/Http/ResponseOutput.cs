using System;
using System.IO;
using System.Threading.Tasks;

namespace LightningOps.Gateway.Loopback.Http;

/// <summary>Buffers output to a client, so that a short answer is one write.</summary>
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

/// <summary>HTTP reason phrases.</summary>
internal static class StatusText
{
    public static string GetReasonPhrase(int status) => status switch
    {
        100 => "Continue",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        410 => "Gone",
        413 => "Request Entity Too Large",
        415 => "Unsupported Media Type",
        417 => "Expectation Failed",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "Status",
    };
}
