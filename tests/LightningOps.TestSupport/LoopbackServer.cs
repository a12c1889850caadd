using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Tests.Support;

/// <summary>
/// An HTTP server on a free loopback port that records what it is sent and answers as scripted, faults included:
/// first the replies enqueued, in order, then what the handler gives. One request a connection.
/// </summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentQueue<Reply> replies = new();
    private readonly ConcurrentQueue<RecordedRequest> requests = new();
    private readonly ConcurrentQueue<Task> connections = new();
    private readonly Func<RecordedRequest, Task<Reply>> handler;
    private readonly X509Certificate2? certificate;
    private readonly Task accepting;
    private int accepted;

    /// <param name="handler">Gives the answers beyond those enqueued; 500 when null.</param>
    /// <param name="certificate">Certificate of an https server; null for plain http.</param>
    public LoopbackServer(Func<RecordedRequest, Task<Reply>>? handler = null, X509Certificate2? certificate = null)
    {
        this.certificate = certificate;
        this.handler = handler ?? (_ => Task.FromResult(Reply.Status(500)));
        listener.Start();
        Url = (certificate is null ? "http://" : "https://") + listener.LocalEndpoint;
        accepting = AcceptAsync();
    }

    /// <summary>Answers a request that expects <c>100-continue</c> from its head, without its body; null asks for the body.</summary>
    public Func<RecordedRequest, Reply?>? BeforeBody { get; init; }

    /// <summary>Base URL, without a slash at its end.</summary>
    public string Url { get; }

    /// <summary>The requests read, in order.</summary>
    public IReadOnlyList<RecordedRequest> Requests => requests.ToArray();

    /// <summary>Connections made, also those dropped before a request was read.</summary>
    public int Connections => Volatile.Read(ref accepted);

    public LoopbackServer Enqueue(params Reply[] scripted)
    {
        foreach (var reply in scripted)
        {
            replies.Enqueue(reply);
        }

        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await accepting;
        listener.Stop();
        await Task.WhenAll(connections);
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(closing.Token);
                Interlocked.Increment(ref accepted);
                connections.Enqueue(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                replies.TryDequeue(out var scripted);
                if (scripted is { ReadsRequest: false })
                {
                    return;
                }

                using var stream = await OpenAsync(client);
                var request = await ReadHeadAsync(stream);
                if (request.Headers.GetValueOrDefault("expect") == "100-continue")
                {
                    if (BeforeBody?.Invoke(request) is { } refusal)
                    {
                        requests.Enqueue(request);
                        await refusal.WriteAsync(stream, closing.Token);
                        return;
                    }

                    await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), closing.Token);
                }

                request = await ReadBodyAsync(stream, request);
                requests.Enqueue(request);
                await (scripted ?? await handler(request)).WriteAsync(stream, closing.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or AuthenticationException)
            {
                // The client or the server has ended the connection.
            }
        }
    }

    private async Task<Stream> OpenAsync(TcpClient client)
    {
        if (certificate is null)
        {
            return client.GetStream();
        }

        var secured = new SslStream(client.GetStream());
        await secured.AuthenticateAsServerAsync(certificate);
        return secured;
    }

    private async Task<RecordedRequest> ReadHeadAsync(Stream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || head[^4] != '\r' || head[^3] != '\n' || head[^2] != '\r' || head[^1] != '\n')
        {
            await stream.ReadExactlyAsync(one, closing.Token);
            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString(head.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines[1..])
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
        }

        var parts = lines[0].Split(' ');
        return new RecordedRequest(parts[0], parts[1], headers, string.Empty);
    }

    private async Task<RecordedRequest> ReadBodyAsync(Stream stream, RecordedRequest head)
    {
        var body = new byte[head.Headers.TryGetValue("content-length", out var length) ? int.Parse(length) : 0];
        await stream.ReadExactlyAsync(body, closing.Token);
        return head with { Body = Encoding.UTF8.GetString(body) };
    }
}
