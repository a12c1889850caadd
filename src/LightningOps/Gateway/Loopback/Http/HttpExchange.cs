using System;
using System.Globalization;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Gateway.Loopback.Http;

/// <summary>A request and the one answer to it.</summary>
internal sealed class HttpExchange
{
    private const int NoContent = 204;
    private const int NotModified = 304;
    private readonly ResponseOutput output;
    private readonly HttpServerOptions options;
    private long? announced;
    private long written;
    private bool isChunked;
    private bool hasBody;

    public HttpExchange(RequestHead head, RequestBody body, ResponseOutput output, IPAddress client, HttpServerOptions options, bool isStopping, CancellationToken stopping)
    {
        Head = head;
        Body = body;
        this.output = output;
        this.options = options;
        Client = client;
        KeepsAlive = head.KeepsAlive && !isStopping;
        Stopping = stopping;
    }

    /// <summary>The request.</summary>
    public RequestHead Head { get; }

    /// <summary>Its body, read at most once.</summary>
    public RequestBody Body { get; }

    /// <summary>Source of the value.</summary>
    public IPAddress Client { get; }

    /// <summary>Cancelled when the server no longer waits for the request.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Whether the answer has begun.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Whether the answer is complete.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether the connection can be reused afterwards.</summary>
    public bool KeepsAlive { get; private set; }

    /// <summary>Whether the client was told to send its body.</summary>
    public bool HasContinued { get; private set; }

    /// <summary>Answers with a short text.</summary>
    public async Task AnswerAsync(int status, HeaderLines headers, byte[] content)
    {
        // Go's server tells the length of an answer to HEAD only where there is one.
        Start(status, headers, content.Length == 0 && Head.Method == "HEAD" ? null : content.Length);
        await WriteAsync(content, 0, content.Length, flush: false).ConfigureAwait(false);
        await EndAsync().ConfigureAwait(false);
    }

    /// <summary>Begins an answer; it is sent with the first bytes of the body, or by <see cref="FlushAsync"/>.</summary>
    /// <param name="status">The status.</param>
    /// <param name="headers">Its headers, except those of the connection and of the body's framing.</param>
    /// <param name="length">Length of the body in bytes; null if unknown. For HEAD, the length that GET would give.</param>
    public void Start(int status, HeaderLines headers, long? length)
    {
        HasStarted = true;
        hasBody = Head.Method != "HEAD" && status is not (NoContent or NotModified);
        announced = length;
        isChunked = hasBody && length is null && Head.IsHttp11;

        // An unread body may be longer than the limit for keeping the connection.
        KeepsAlive &= (!hasBody || length is not null || isChunked) && !(Body.Remaining > options.MaxDrainSize && !Body.HasStarted) && !(Head.ExpectsContinue && !HasContinued);
        output.Append(HeadText(status, headers));
    }

    /// <summary>Sends bytes of the body.</summary>
    public async Task WriteAsync(byte[] bytes, int offset, int count, bool flush = true)
    {
        if (hasBody && count > 0)
        {
            if (isChunked)
            {
                output.Append(count.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
            }

            output.Append(bytes, offset, count);
            if (isChunked)
            {
                output.Append("\r\n");
            }

            written += count;
        }

        if (flush)
        {
            await output.FlushAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Flushes buffered bytes, for example the head of an answer without a body yet.</summary>
    public Task FlushAsync() => output.FlushAsync();

    /// <summary>Ends the answer.</summary>
    public async Task EndAsync()
    {
        if (isChunked)
        {
            output.Append("0\r\n\r\n");
        }

        await output.FlushAsync().ConfigureAwait(false);
        IsComplete = !hasBody || announced is null || written == announced;
    }

    /// <summary>Sends 100 Continue to a waiting client, unless the answer has begun.</summary>
    public async Task ContinueAsync()
    {
        if (Head.ExpectsContinue && !HasStarted)
        {
            HasContinued = true;
            output.Append("HTTP/1.1 100 Continue\r\n\r\n");
            await output.FlushAsync().ConfigureAwait(false);
        }
    }

    private string HeadText(int status, HeaderLines headers)
    {
        var text = new StringBuilder(512)
            .Append(Head.IsHttp11 ? "HTTP/1.1 " : "HTTP/1.0 ").Append(status.ToString(CultureInfo.InvariantCulture)).Append(' ').Append(StatusText.GetReasonPhrase(status)).Append("\r\n");
        foreach (var line in headers)
        {
            text.Append(line.Key).Append(": ").Append(line.Value).Append("\r\n");
        }

        if (headers.Find("Date") is null)
        {
            text.Append("Date: ").Append(options.Time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture)).Append("\r\n");
        }

        if (isChunked)
        {
            text.Append("Transfer-Encoding: chunked\r\n");
        }
        else if (announced is { } length && status != NoContent)
        {
            text.Append("Content-Length: ").Append(length.ToString(CultureInfo.InvariantCulture)).Append("\r\n");
        }

        // HTTP/1.0 closes unless it is told, HTTP/1.1 keeps.
        if (KeepsAlive != Head.IsHttp11 && headers.Find("Connection") is null)
        {
            text.Append(KeepsAlive ? "Connection: keep-alive\r\n" : "Connection: close\r\n");
        }

        return text.Append("\r\n").ToString();
    }
}
