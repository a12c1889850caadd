using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Net.Http.Headers;
using LightningOps.Observability;

namespace LightningOps.Http;

/// <summary>One request to a gateway, sent as often as needed.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Address">Destination.</param>
internal sealed record GatewayRequest(HttpMethod Method, Uri Address)
{
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    /// <summary>JSON body; empty to send only the content type; null for neither.</summary>
    public byte[]? Json { get; init; }

    /// <summary>Media type of the body if it is not JSON.</summary>
    public string? ContentType { get; init; }

    /// <summary>Host header other than the address's own.</summary>
    public string? Host { get; init; }

    /// <summary>Further headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(0);

    /// <summary>Method and path, for failures.</summary>
    public string Operation => Method.Method + " " + Address.AbsolutePath;

    /// <summary>A message for one attempt.</summary>
    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(Method, Address);
        if (Json is not null)
        {
            message.Content = new ByteArrayContent(Json) { Headers = { ContentType = ContentType is null ? JsonType : MediaTypeHeaderValue.Parse(ContentType) } };
        }

        if (Host is not null)
        {
            message.Headers.Host = Host;
        }

        foreach (var header in Headers)
        {
            message.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        TraceContext.Send(message);
        return message;
    }
}
