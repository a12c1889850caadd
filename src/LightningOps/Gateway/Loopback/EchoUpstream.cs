using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback.Http;

namespace LightningOps.Gateway.Loopback;

/// <summary>
/// An upstream on loopback that answers every request with 200 and describes it as JSON: <c>method</c>,
/// <c>target</c>, <c>host</c>, <c>bodyBytes</c>. It shows that a request arrived; credentials are not repeated.
/// </summary>
public sealed class EchoUpstream : IDisposable
{
    private readonly HttpServer server;
    private long requests;

    private EchoUpstream(int port, TimeProvider? time) =>
        server = new HttpServer(new HttpServerOptions { Port = port, Time = time ?? TimeProvider.System }, AnswerAsync);

    /// <summary>Base URL, without a slash at its end.</summary>
    public Uri Url => new("http://" + server.EndPoint);

    /// <summary>Requests answered.</summary>
    public long Requests => Interlocked.Read(ref requests);

    /// <summary>Starts an upstream.</summary>
    /// <param name="port">Port on 127.0.0.1; 0 for a free one.</param>
    /// <param name="time">Clock of its limits; null for the system's clock.</param>
    public static EchoUpstream Start(int port = 0, TimeProvider? time = null) => new(port, time);

    /// <inheritdoc/>
    public void Dispose() => server.Dispose();

    private async Task AnswerAsync(HttpExchange exchange)
    {
        var length = await CountAsync(exchange.Body).ConfigureAwait(false);
        Interlocked.Increment(ref requests);
        var content = JsonSerializer.SerializeToUtf8Bytes(new
        {
            method = exchange.Head.Method,
            target = exchange.Head.Target,
            host = exchange.Head.Headers.Find("Host"),
            bodyBytes = length,
        });
        await exchange.AnswerAsync((int)HttpStatusCode.OK, new HeaderLines().Add("Content-Type", "application/json"), content).ConfigureAwait(false);
    }

    private static async Task<long> CountAsync(Stream body)
    {
        var buffer = new byte[16 * 1024];
        long total = 0;
        for (int read; (read = await body.ReadAsync(buffer, 0, buffer.Length).ConfigureAwait(false)) > 0;)
        {
            total += read;
        }

        return total;
    }
}
