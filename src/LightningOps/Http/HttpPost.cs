using System;
using System.IO;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Observability;

namespace LightningOps.Http;

/// <summary>One try of one POST: JSON there, a bounded body back.</summary>
internal sealed class HttpPost : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly HttpClient client;
    private readonly TimeProvider time;

    public HttpPost(HttpMessageHandler? handler, TimeProvider time)
    {
        this.time = time;
        client = HttpClients.Create(handler, HttpClients.CreateHandler, Json.MediaType!);
    }

    /// <summary>Sends once.</summary>
    /// <exception cref="HttpRequestException">No answer, or not all of it, came.</exception>
    /// <exception cref="AnswerTooLargeException">The body is larger than <paramref name="largestBody"/>.</exception>
    public async Task<HttpAnswer> SendAsync(Uri address, byte[] body, int largestBody, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = Json } };
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        TraceContext.Send(request);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);

        // A read of the body does not heed the token everywhere; disposing the response ends it.
        using var stop = cancellationToken.Register(response.Dispose);
        try
        {
            var wait = RetryAfter(response);
            return new HttpAnswer((int)response.StatusCode, await ReadAsync(response.Content, largestBody, cancellationToken).ConfigureAwait(false), wait)
            {
                RetryAt = wait is null ? null : time.GetUtcNow() + wait,
            };
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidDataException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new HttpRequestException("The answer ended early.", e);
        }
    }

    public void Dispose() => client.Dispose();

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, int largest, CancellationToken cancellationToken)
    {
        var announced = content.Headers.ContentLength ?? 0;
        if (announced > largest)
        {
            throw new AnswerTooLargeException(largest);
        }

        using var stream = await content.ReadAsStreamAsync().ConfigureAwait(false);
        using var read = new MemoryStream((int)announced);
        var chunk = new byte[64 * 1024];
        int count;
        while ((count = await stream.ReadAsync(chunk, 0, chunk.Length, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (read.Length + count > largest)
            {
                throw new AnswerTooLargeException(largest);
            }

            read.Write(chunk, 0, count);
        }

        return new ReadOnlyMemory<byte>(read.GetBuffer(), 0, (int)read.Length);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter;
        var wait = asked?.Delta ?? (asked?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
