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

    // Fields that are not comma-separated lists, though .NET reads several values from one of them.
    private static readonly string[] SpaceSeparated = ["Server", "User-Agent"];
    private static readonly string[] LineByLine = ["Set-Cookie", "WWW-Authenticate"];

    /// <summary>The headers sent to the upstream.</summary>
    /// <remarks>
    ///  Aperture sends the credential in two Authorization lines, LSAT first. HttpClient would write both lines as
    /// one, which no server reads, so only the L402 line is sent.
    /// </remarks>
    public static HeaderLines ForRequest(HeaderLines received, IPAddress client, LoopbackService service)
    {
        var headers = Without(received, ["Host", "Content-Length", "Expect"]);
        var chain = received.Values("X-Forwarded-For").Append(client.ToString());
        headers.Set("X-Forwarded-For", string.Join(", ", chain));
        if (PresentedCredential.From(received) is { } credential)
        {
            headers.Set("Authorization", credential.ToAuthorization());
        }

        foreach (var header in service.Headers)
        {
            headers.Set(header.Key, header.Value);
        }

        return headers;
    }

    /// <summary>The headers of an upstream's answer sent to the client, with permission for scripts to read them.</summary>
    public static HeaderLines ForResponse(HttpResponseMessage response)
    {
        var received = new HeaderLines();
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
