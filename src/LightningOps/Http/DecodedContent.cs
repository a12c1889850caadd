using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Http;

/// <summary>
/// Accepts gzip and deflate, and decompresses answers. Unlike the decompression of HttpClientHandler, a body that is
/// cut off is an error.
/// </summary>
internal sealed class DecodingHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string Accepted = "gzip, deflate";

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // A range of a compressed body cannot be decompressed.
        if (request.Headers.Range is null && !request.Headers.Contains("Accept-Encoding"))
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", Accepted);
        }

        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.Content?.Headers.ContentEncoding.LastOrDefault() is { } coding && DecodedContent.IsKnown(coding)
            && response.StatusCode is not (HttpStatusCode.PartialContent or HttpStatusCode.NotModified) && request.Method != HttpMethod.Head)
        {
            response.Content = new DecodedContent(response.Content, coding);
        }

        return response;
    }
}

/// <summary>The decompressed body of an answer. Its length is not known before it has been read.</summary>
internal sealed class DecodedContent : HttpContent
{
    private readonly HttpContent encoded;
    private readonly bool isGzip;

    /// <param name="encoded">The compressed body; disposed with this content.</param>
    /// <param name="coding">Its last content coding.</param>
    public DecodedContent(HttpContent encoded, string coding)
    {
        this.encoded = encoded;
        isGzip = IsGzip(coding);
        foreach (var header in encoded.Headers)
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        Headers.ContentLength = null;
        Headers.ContentEncoding.Clear();
        foreach (var other in encoded.Headers.ContentEncoding.Take(encoded.Headers.ContentEncoding.Count - 1))
        {
            Headers.ContentEncoding.Add(other);
        }
    }

    /// <summary>Whether a content coding can be decompressed (RFC 9110 8.4.1).</summary>
    public static bool IsKnown(string coding) => IsGzip(coding) || coding.Equals("deflate", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    protected override async Task<Stream> CreateContentReadStreamAsync() => new DecodedStream(await encoded.ReadAsStreamAsync().ConfigureAwait(false), isGzip);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        using var body = await CreateContentReadStreamAsync().ConfigureAwait(false);
        await body.CopyToAsync(stream).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            encoded.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool IsGzip(string coding) => coding.Equals("gzip", StringComparison.OrdinalIgnoreCase) || coding.Equals("x-gzip", StringComparison.OrdinalIgnoreCase);
}
