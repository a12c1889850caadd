using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback.Http;

namespace LightningOps.Smoke.Ep212;

/// <summary>The mock shop on a free port of 127.0.0.1.</summary>
internal sealed class FixtureServer : IDisposable
{
    private const int LargestBody = 1024 * 1024;
    private readonly FixtureShop shop;
    private readonly HttpServer server;

    public FixtureServer(FixtureShop shop, TimeProvider time)
    {
        this.shop = shop;
        server = new HttpServer(new HttpServerOptions { Time = time }, AnswerAsync);
    }

    /// <summary>Base URL, without a slash at its end.</summary>
    public string Url => "http://" + server.EndPoint;

    public void Dispose() => server.Dispose();

    private async Task AnswerAsync(HttpExchange exchange)
    {
        var body = await ReadAsync(exchange.Body).ConfigureAwait(false);
        var path = exchange.Head.Target.Split('?')[0];
        var answer = body is null
            ? new FixtureAnswer(413, "{\"ok\":false,\"error\":\"body_too_large\"}")
            : shop.Answer(exchange.Head.Method, path, exchange.Head.Headers.Find("Authorization"), body);
        var headers = new HeaderLines().Add("Content-Type", "application/json; charset=utf-8");
        if (answer.Challenge is not null)
        {
            headers.Add("WWW-Authenticate", answer.Challenge);
        }

        await exchange.AnswerAsync(answer.StatusCode, headers, Encoding.UTF8.GetBytes(answer.Json)).ConfigureAwait(false);
    }

    private static async Task<string?> ReadAsync(Stream body)
    {
        using var read = new MemoryStream();
        var chunk = new byte[16 * 1024];
        for (int count; (count = await body.ReadAsync(chunk, 0, chunk.Length).ConfigureAwait(false)) > 0;)
        {
            if (read.Length + count > LargestBody)
            {
                return null;
            }

            read.Write(chunk, 0, count);
        }

        return Encoding.UTF8.GetString(read.ToArray());
    }
}
