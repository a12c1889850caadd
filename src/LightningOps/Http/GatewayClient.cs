using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Http;

/// <summary>One try of one request: JSON there, a bounded body back.</summary>
internal sealed class GatewayClient : IDisposable
{
    private const string SmokeAuthorizationHeader = "x-oa-smoke-auth";
    private readonly HttpClient client;
    private readonly GatewayHttpOptions options;

    public GatewayClient(GatewayHttpOptions options, HttpMessageHandler? ownHandler = null)
    {
        this.options = options;
        client = HttpClients.Create(options.Handler, () => ownHandler ?? HttpClients.CreateHandler(), "application/json");
    }

    /// <summary>Sends once.</summary>
    /// <exception cref="HttpRequestException">No answer, or not all of it, came.</exception>
    /// <exception cref="AnswerTooLargeException">The body is larger than the options allow.</exception>
    public async Task<GatewayAnswer> SendAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        using var message = request.ToMessage();
        using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);

        // A read of the body does not heed the token everywhere; disposing the response ends it.
        using var stop = cancellationToken.Register(response.Dispose);
        try
        {
            var wait = RetryAfter(response);
            return new GatewayAnswer((int)response.StatusCode, await ReadAsync(response.Content, cancellationToken).ConfigureAwait(false))
            {
                Challenges = response.Headers.TryGetValues("WWW-Authenticate", out var challenges) ? challenges.ToArray() : Array.Empty<string>(),
                SmokeAuthorization = response.Headers.TryGetValues(SmokeAuthorizationHeader, out var given) ? given.First().Trim() : null,
                RetryAfter = wait,
                RetryAt = wait is null ? null : options.Time.GetUtcNow() + wait,
            };
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidDataException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new HttpRequestException("The answer ended early.", e);
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent? content, CancellationToken cancellationToken)
    {
        if (content is null)
        {
            return default;
        }

        var announced = content.Headers.ContentLength ?? 0;
        if (announced > options.MaxResponseSize)
        {
            throw new AnswerTooLargeException(options.MaxResponseSize);
        }

        using var stream = await content.ReadAsStreamAsync().ConfigureAwait(false);
        using var read = new MemoryStream((int)announced);
        var chunk = new byte[64 * 1024];
        int count;
        while ((count = await stream.ReadAsync(chunk, 0, chunk.Length, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (read.Length + count > options.MaxResponseSize)
            {
                throw new AnswerTooLargeException(options.MaxResponseSize);
            }

            read.Write(chunk, 0, count);
        }

        return new ReadOnlyMemory<byte>(read.GetBuffer(), 0, (int)read.Length);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter;
        var wait = asked?.Delta ?? (asked?.Date is { } date ? date - options.Time.GetUtcNow() : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
