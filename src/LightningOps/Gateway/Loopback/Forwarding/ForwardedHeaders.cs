using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using LightningOps.Gateway.Loopback.Configuration;
using LightningOps.Gateway.Loopback.Credentials;
using LightningOps.Gateway.Loopback.Http;

namespace LightningOps.Gateway.Loopback.Forwarding;

/// <summary>
/// The headers that pass through a gateway in both directions (Go httputil.ReverseProxy; Aperture proxy/proxy.go,
/// director).
/// </summary>
internal static class ForwardedHeaders
{
    // Headers of one connection, not of a message (RFC 9110, 7.6.1).
    private static readonly string[] HopByHop =
        ["Connection", "Proxy-Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade"];

    // Fields that Go's transport writes of its own accord (net/http, reqWriteExcludeHeader); Expect is answered here.
    private static readonly string[] Framing = ["Host", "Content-Length", "Expect"];

    // Fields that are no comma-separated lists, though .NET reads several values from one of them.
    private static readonly string[] SpaceSeparated = ["Server", "User-Agent"];
    private static readonly string[] LineByLine = ["Set-Cookie", "WWW-Authenticate"];

    /// <summary>The headers sent to the upstream.</summary>
    /// <remarks>
    ///  Aperture sends the credential in two Authorization lines, LSAT first. HttpClient would write both lines as
    /// one, which no server reads, so only the L402 line is sent.
    /// </remarks>
    public static HeaderLines ForRequest(RequestHead head, IPAddress client, LoopbackService service)
    {
        var received = new HeaderLines();
        foreach (var line in head.Headers)
        {
            received.Add(line.Key, line.Value);
        }

        if (PresentedCredential.From(head.Headers) is { } credential)
        {
            received.Set("Authorization", credential.ToAuthorization());
        }

        // net/http, fixPragmaCacheControl.
        if (received.Find("Pragma") == "no-cache" && received.Find("Cache-Control") is null)
        {
            received.Add("Cache-Control", "no-cache");
        }

        foreach (var header in service.Headers)
        {
            received.Set(header.Key, header.Value);
        }

        var headers = Without(received, Framing);
        if (received.HasMember("Te", "trailers"))
        {
            headers.Set("Te", "trailers");
        }

        if (AsksForGzip(head) && received.Find("Accept-Encoding") is null or "")
        {
            headers.Set("Accept-Encoding", "gzip");
        }

        if (received.Find("User-Agent") is { } agent)
        {
            headers.Remove("User-Agent");
            headers = agent.Length > 0 ? headers.Add("User-Agent", agent) : headers;
        }

        return headers.Set("X-Forwarded-For", string.Join(", ", received.Values("X-Forwarded-For").Append(client.ToString())));
    }

    /// <summary>Whether the upstream is asked for gzip though the client did not ask (net/http, Transport): what it sends is unpacked.</summary>
    public static bool AsksForGzip(RequestHead head) =>
        head.Method != "HEAD" && head.Headers.Find("Accept-Encoding") is null or "" && head.Headers.Find("Range") is null or "";

    /// <summary>Whether a client asks for a protocol whose name is not printable ASCII, which Go does not forward (httputil.ReverseProxy).</summary>
    public static bool AsksForUnprintableUpgrade(HeaderLines headers) =>
        headers.HasMember("Connection", "Upgrade") && headers.Find("Upgrade")?.Any(static one => one is < ' ' or > '~') == true;

    /// <summary>The headers of an upstream's answer that the client is sent, with leave for scripts to read them.</summary>
    public static HeaderLines ForResponse(HttpResponseMessage response, bool isGrpc)
    {
        var received = new HeaderLines();
        if (isGrpc)
        {
            // Aperture sets it before it asks, and the upstream's goes behind it.
            received.Add("Content-Type", DirectAnswer.Grpc);
        }

        AddTo(received, response.Headers);
        AddTo(received, response.Content.Headers);
        return CorsHeaders.AddTo(Without(received, ["Content-Length"]));
    }

    private static HeaderLines Without(HeaderLines received, string[] others)
    {
        var dropped = new HashSet<string>(HopByHop.Concat(others).Concat(received.Members("Connection")), StringComparer.OrdinalIgnoreCase);
        var kept = new HeaderLines();
        foreach (var line in received.Where(line => !dropped.Contains(line.Key)))
        {
            kept.Add(line.Key, line.Value);
        }

        return kept;
    }

    private static void AddTo(HeaderLines lines, HttpHeaders headers)
    {
        foreach (var header in headers)
        {
            if (LineByLine.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            {
                foreach (var value in header.Value)
                {
                    lines.Add(header.Key, value);
                }
            }
            else
            {
                lines.Add(header.Key, string.Join(SpaceSeparated.Contains(header.Key, StringComparer.OrdinalIgnoreCase) ? " " : ", ", header.Value));
            }
        }
    }
}
