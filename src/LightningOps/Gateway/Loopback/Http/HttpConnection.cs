using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Gateway.Loopback.Http;

/// <summary>A client's connection: one request after the other, also when they are pipelined.</summary>
internal sealed class HttpConnection : IDisposable
{
    private const int ExpectationFailed = 417;
    private readonly TcpClient client;
    private readonly Socket socket;
    private readonly NetworkStream stream;
    private readonly HttpServerOptions options;
    private readonly Func<HttpExchange, Task> handler;
    private readonly ConnectionTimer readTimer;
    private readonly ConnectionTimer writeTimer;
    private readonly ConnectionInput input;
    private readonly ResponseOutput output;
    private int isAtWork;
    private bool isAfterPost;

    public HttpConnection(TcpClient client, HttpServerOptions options, Func<HttpExchange, Task> handler)
    {
        this.client = client;
        this.options = options;
        this.handler = handler;
        client.NoDelay = true;
        socket = client.Client;
        stream = client.GetStream();
        readTimer = new ConnectionTimer(options.Time, Abort);
        writeTimer = new ConnectionTimer(options.Time, Abort);
        input = new ConnectionInput(stream, readTimer, options);
        output = new ResponseOutput(stream, writeTimer, options.WriteTimeout);
    }

    /// <summary>Serves the connection to its end. It never throws, whatever the client does.</summary>
    /// <param name="closing">Cancelled when no further request is accepted.</param>
    /// <param name="stopping">Cancelled when running requests are no longer awaited.</param>
    public async Task ServeAsync(CancellationToken closing, CancellationToken stopping)
    {
        using var abort = stopping.Register(Abort);
        using var leave = closing.Register(CloseIfIdle);
        try
        {
            var address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            while (!closing.IsCancellationRequested && await ServeNextAsync(address, closing, stopping).ConfigureAwait(false))
            {
                // Continue with the next request.
            }

            await LingerAsync().ConfigureAwait(false);
        }
        catch (Exception gone) when (IsGone(gone) || gone is InvalidOperationException)
        {
            // The client, or this server, has closed the connection.
        }
    }

    private static bool IsGone(Exception failure) => failure is IOException or ObjectDisposedException or SocketException or OperationCanceledException;

    /// <inheritdoc/>
    public void Dispose()
    {
        readTimer.Dispose();
        writeTimer.Dispose();
        client.Dispose();
    }

    private async Task<bool> ServeNextAsync(IPAddress address, CancellationToken closing, CancellationToken stopping)
    {
        RequestHead? head;
        try
        {
            head = await input.ReadHeadAsync(isAfterPost).ConfigureAwait(false);
        }
        catch (BadRequestException refused)
        {
            await RefuseAsync(refused).ConfigureAwait(false);
            return false;
        }

        if (head is null)
        {
            return false;
        }

        isAfterPost = head.Method == "POST";
        Interlocked.Exchange(ref isAtWork, 1);
        HttpExchange? exchange = null;
        var body = new RequestBody(input, head.Length, () => exchange!.ContinueAsync());
        exchange = new HttpExchange(head, body, output, address, options, closing.IsCancellationRequested || head.ExpectsMore, stopping);
        await (head.ExpectsMore ? exchange.AnswerAsync(ExpectationFailed, new HeaderLines().Add("Connection", "close"), []) : HandleAsync(exchange)).ConfigureAwait(false);
        Interlocked.Exchange(ref isAtWork, 0);
        return exchange is { IsComplete: true, KeepsAlive: true } && await DrainAsync(body).ConfigureAwait(false);
    }

    private async Task HandleAsync(HttpExchange exchange)
    {
        try
        {
            await handler(exchange).ConfigureAwait(false);
        }
        catch (BadRequestException refused) when (!exchange.HasStarted)
        {
            await RefuseAsync(refused).ConfigureAwait(false);
        }
        catch (Exception failure) when (!IsGone(failure))
        {
            // A fault of this server: the client's answer and the connection are ended.
            if (!exchange.HasStarted)
            {
                await RefuseAsync(new BadRequestException("the gateway failed with " + failure.GetType().Name, 500, isTold: true)).ConfigureAwait(false);
            }
        }

        if (exchange is { HasStarted: true, IsComplete: false })
        {
            // A partial answer must not look complete.
            Abort();
        }
    }

    // As Go's server writes it: a text up to the end of the connection.
    private Task RefuseAsync(BadRequestException refused)
    {
        var phrase = refused.Status.ToString(CultureInfo.InvariantCulture) + " " + StatusText.GetReasonPhrase(refused.Status) + (refused.IsTold ? ": " + refused.Message : string.Empty);
        var text = refused.Status == 501 ? "Unsupported transfer encoding" : phrase;
        output.Append("HTTP/1.1 " + phrase + "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n" + text);
        return output.FlushAsync();
    }

    /// <summary>Reads the rest of a body; false when it is too long to keep the connection.</summary>
    private async Task<bool> DrainAsync(RequestBody body)
    {
        if (body.IsAtEnd)
        {
            return true;
        }

        try
        {
            var buffer = new byte[8192];
            for (var left = options.MaxDrainSize; left > 0;)
            {
                var read = await body.ReadAsync(buffer, 0, buffer.Length, CancellationToken.None).ConfigureAwait(false);
                if (read == 0)
                {
                    return true;
                }

                left -= read;
            }
        }
        catch (BadRequestException)
        {
            // The rest of the input cannot be separated from the body.
        }

        return false;
    }

    // Closing a socket with unread bytes resets it, and the answer may be lost (RFC 9112, 9.6).
    private async Task LingerAsync()
    {
        socket.Shutdown(SocketShutdown.Send);
        readTimer.Arm(options.LingerTimeout);
        var buffer = new byte[8192];
        while (await stream.ReadAsync(buffer, 0, buffer.Length).ConfigureAwait(false) > 0)
        {
            // Discard the remaining input.
        }
    }

    private void CloseIfIdle()
    {
        if (Volatile.Read(ref isAtWork) == 0 && !input.HasStarted)
        {
            Abort();
        }
    }

    private void Abort() => client.Close();
}

/// <summary>
/// Closes the connection of a peer that takes too long. A read or write of a socket cannot be cancelled on every
/// platform, but closing the socket ends it.
/// </summary>
internal sealed class ConnectionTimer : IDisposable
{
    private readonly ITimer timer;

    public ConnectionTimer(TimeProvider time, Action abort) =>
        timer = time.CreateTimer(static state => ((Action)state!)(), abort, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Arm(TimeSpan limit) => timer.Change(limit, Timeout.InfiniteTimeSpan);

    public void Disarm() => timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => timer.Dispose();
}
