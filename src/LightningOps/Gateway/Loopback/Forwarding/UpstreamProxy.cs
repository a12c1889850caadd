using System;
using System.Buffers;
using System.IO;
using System.IO.Compression;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Loopback.Configuration;
using LightningOps.Gateway.Loopback.Http;
using LightningOps.Gateway.Loopback.Matching;
using LightningOps.Http;

namespace LightningOps.Gateway.Loopback.Forwarding;

/// <summary>
/// Forwards requests to upstreams and streams their answers back. An upstream without an answer gives a 502 without a
/// body, and one that stops within an answer ends the connection, as with Aperture. Upgrades (web sockets), trailers
/// and gRPC are not supported.
/// </summary>
internal sealed class UpstreamProxy : IDisposable
{
    private const int BadGateway = 502;
    private const int BufferSize = 16 * 1024;
    private const int MaxConnections = 10_000;
    private readonly HttpMessageInvoker client;
    private readonly Uri? everywhere;

    /// <param name="everywhere">One upstream for all services; null for the upstream of each service.</param>
    /// <param name="verifiesCertificates">Whether an upstream's certificate must be valid. Aperture accepts any
    /// (proxy/proxy.go, UpdateServices).</param>
    public UpstreamProxy(Uri? everywhere, bool verifiesCertificates)
    {
        this.everywhere = everywhere;
        var handler = HttpClients.CreateHandler(proxy: null);
        handler.MaxConnectionsPerServer = MaxConnections;
        if (!verifiesCertificates)
        {
            handler.ServerCertificateCustomValidationCallback = static (_, _, _, _) => true;
        }

        client = new HttpMessageInvoker(handler);
    }

    /// <summary>Forwards a request.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="target">Target of the request.</param>
    /// <param name="service">Service of the request.</param>
    /// <param name="counters">Updated before the client gets the answer.</param>
    /// <param name="receipt">Receipt of the charge that paid for it; null for none.</param>
    public async Task ForwardAsync(HttpExchange exchange, RequestTarget target, LoopbackService service, ServiceCounters counters, string? receipt = null)
    {
        counters.CountForwarded();
        if (exchange.Head.Method == "CONNECT")
        {
            throw new BadRequestException("a gateway is no tunnel", 405, isTold: true);
        }

        if (target.IsOpaque)
        {
            throw new BadRequestException("this target cannot be passed on", isTold: true);
        }

        using var request = ForwardedHeaders.AsksForUnprintableUpgrade(exchange.Head.Headers) ? null : TryCreateRequest(exchange, target, service);
        if (request is null)
        {
            counters.CountUpstreamFailure();
            await AnswerBadGatewayAsync(exchange).ConfigureAwait(false);
            return;
        }

        HttpResponseMessage response;
        try
        {
            response = await client.SendAsync(request, exchange.Stopping).ConfigureAwait(false);
        }
        catch (Exception failure) when (exchange.Body.Fault is not null || failure is HttpRequestException or IOException or OperationCanceledException or InvalidOperationException)
        {
            counters.CountUpstreamFailure();
            await AnswerBadGatewayAsync(exchange).ConfigureAwait(false);
            return;
        }

        using (response)
        {
            await CopyResponseAsync(exchange, response, counters, receipt).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static Task AnswerBadGatewayAsync(HttpExchange exchange)
    {
        var headers = new HeaderLines();
        if (DirectAnswer.IsGrpc(exchange))
        {
            headers.Add("Content-Type", DirectAnswer.Grpc);
        }

        return exchange.AnswerAsync(BadGateway, headers, Array.Empty<byte>());
    }

    /// <summary>The request to the upstream; null if the protocol, the address or a header of the service is not valid.</summary>
    private HttpRequestMessage? TryCreateRequest(HttpExchange exchange, RequestTarget target, LoopbackService service)
    {
        if (service.HasInvalidHeader || service.Protocol is not ("http" or "https"))
        {
            return null;
        }

        try
        {
            return CreateRequest(exchange, target, service);
        }
        catch (Exception invalid) when (invalid is FormatException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private HttpRequestMessage CreateRequest(HttpExchange exchange, RequestTarget target, LoopbackService service)
    {
        // A closed service has no upstream, even if one is set.
        var isClosed = service.Address is GatewayService.ClosedAddress or GatewayService.FormerClosedAddress;
        var scheme = everywhere is null || isClosed ? service.Protocol : everywhere.Scheme;
        var address = everywhere is null || isClosed ? service.Address : everywhere.Authority;
        var path = RewritePath.Join(service.RewritePrefix, target.EscapedPath);
        var uri = UpstreamUri.Create(scheme, address, path, target.Query) ?? throw new BadRequestException("this path cannot be passed on", isTold: true);
        var request = new HttpRequestMessage(new HttpMethod(exchange.Head.Method), uri);
        request.Headers.Host = address;
        if (exchange.Head.Length != 0)
        {
            request.Content = new StreamContent(exchange.Body, BufferSize);
            request.Content.Headers.ContentLength = exchange.Head.Length;
            request.Headers.TransferEncodingChunked = exchange.Head.Length is null;
        }

        foreach (var header in ForwardedHeaders.ForRequest(exchange.Head, exchange.Client, service))
        {
            if (!request.Headers.TryAddWithoutValidation(header.Key, header.Value))
            {
                (request.Content ??= new ByteArrayContent(Array.Empty<byte>())).Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        return request;
    }

    private static async Task CopyResponseAsync(HttpExchange exchange, HttpResponseMessage response, ServiceCounters counters, string? receipt)
    {
        var isCompressed = ForwardedHeaders.AsksForGzip(exchange.Head) && response.Content.Headers.ContentLength != 0 && string.Equals(string.Join(",", response.Content.Headers.ContentEncoding), "gzip", StringComparison.OrdinalIgnoreCase);
        var headers = ForwardedHeaders.ForResponse(response, isGrpc: DirectAnswer.IsGrpc(exchange));
        if (isCompressed)
        {
            headers.Remove("Content-Encoding");
        }

        if (receipt is not null)
        {
            headers.Add("Payment-Receipt", receipt).Set("Cache-Control", "private");
        }

        exchange.Start((int)response.StatusCode, headers, isCompressed ? null : response.Content.Headers.ContentLength);
        try
        {
            using var content = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
            using var body = isCompressed ? new GZipStream(content, CompressionMode.Decompress) : content;
            await CopyAsync(body, exchange).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException or OperationCanceledException)
        {
            // The answer stays incomplete, and its connection is closed.
            counters.CountUpstreamFailure();
            await exchange.FlushAsync().ConfigureAwait(false);
            return;
        }

        await exchange.EndAsync().ConfigureAwait(false);
    }

    /// <summary>Copies available bytes, and flushes before it waits for more.</summary>
    private static async Task CopyAsync(Stream body, HttpExchange exchange)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        while (await ReadAsync(body, buffer, exchange).ConfigureAwait(false) is var read && read > 0)
        {
            await exchange.WriteAsync(buffer, 0, read, flush: read == buffer.Length).ConfigureAwait(false);
        }

        // Not after a failure: a pending read may still write into the buffer after it was reused.
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static async Task<int> ReadAsync(Stream body, byte[] buffer, HttpExchange exchange)
    {
        var reading = body.ReadAsync(buffer, 0, buffer.Length, exchange.Stopping);
        if (!reading.IsCompleted)
        {
            await exchange.FlushAsync().ConfigureAwait(false);
        }

        return await reading.ConfigureAwait(false);
    }
}
