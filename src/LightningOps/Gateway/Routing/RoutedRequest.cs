using System;
using System.Globalization;
using System.Text;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Loopback.Http;
using LightningOps.Gateway.Loopback.Matching;

namespace LightningOps.Gateway.Routing;

/// <summary>A request as Go's server reads it, from a URL or from a line of a log.</summary>
/// <param name="Host">The Host header.</param>
/// <param name="Path">The path, decoded.</param>
/// <param name="EscapedPath">The path for the upstream.</param>
/// <param name="Query">The query with its question mark; empty for none.</param>
internal sealed record RoutedRequest(string Host, string Path, string EscapedPath, string Query)
{
    /// <summary>The request of a URL as sent by a client that resolves no dot segments (<c>curl --path-as-is -g</c>).</summary>
    /// <param name="url">An absolute http or https URL.</param>
    /// <exception cref="ConfigException">The text is not such a URL.</exception>
    /// <returns>The request; null if Aperture answers 400.</returns>
    public static RoutedRequest? FromUrl(string url)
    {
        var trimmed = url.Trim();
        var isSecure = trimmed.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!isSecure && !trimmed.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            throw Invalid(url, "must be an absolute http or https URL");
        }

        var begin = trimmed.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = trimmed.IndexOfAny(['/', '?', '#'], begin);
        var authority = end < 0 ? trimmed.Substring(begin) : trimmed.Substring(begin, end - begin);
        var host = ReadHost(url, authority.Substring(authority.LastIndexOf('@') + 1), isSecure ? "443" : "80");
        var target = end < 0 ? string.Empty : trimmed.Substring(end).Split('#')[0];
        return FromTarget(host, target.Length == 0 || target[0] != '/' ? "/" + target : target);
    }

    /// <summary>The request of a Host header and a target.</summary>
    /// <param name="host">The Host header.</param>
    /// <param name="target">The target: a path with a query, a whole URL, or <c>*</c>; bytes beyond ASCII as text.</param>
    /// <returns>The request; null if Aperture answers 400.</returns>
    public static RoutedRequest? FromTarget(string host, string target)
    {
        if (target.Length > 0 && target[0] != '/' && target != "*" && target.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0)
        {
            var end = target.IndexOfAny(['/', '?'], scheme + 3);
            host = end < 0 ? target.Substring(scheme + 3) : target.Substring(scheme + 3, end - scheme - 3);
            target = end < 0 ? string.Empty : target.Substring(end);
        }

        var question = target.IndexOf('?');
        var raw = Encode(question < 0 ? target : target.Substring(0, question));
        return RequestHost.IsValid(host) && PathText.Unescape(raw) is { } bytes
            ? new RoutedRequest(host, PathText.GetText(bytes), PathText.GetEscapedPath(raw, bytes), question < 0 ? string.Empty : target.Substring(question))
            : null;
    }

    private static string ReadHost(string url, string host, string defaultPort)
    {
        if (host.Length == 0)
        {
            throw Invalid(url, "has no host");
        }

        // Clients write a port as a number, and leave out the default port and an empty one.
        if (host.LastIndexOf(':') is var colon && colon > host.LastIndexOf(']') && colon > 0 && IsNumber(host, colon + 1))
        {
            var port = host.Substring(colon + 1).TrimStart('0');
            host = host.Substring(0, colon) + (port.Length == 0 && host.Length > colon + 1 ? ":0" : port.Length == 0 || port == defaultPort ? string.Empty : ":" + port);
        }

        foreach (var character in host)
        {
            if (character > '\u007f')
            {
                return ToAscii(url, host);
            }
        }

        return host;
    }

    private static bool IsNumber(string text, int from)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] is < '0' or > '9')
            {
                return false;
            }
        }

        return true;
    }

    private static string ToAscii(string url, string host)
    {
        var colon = host.LastIndexOf(':');
        var port = colon < 0 ? string.Empty : host.Substring(colon);
        try
        {
            return new IdnMapping().GetAscii(colon < 0 ? host : host.Substring(0, colon)) + port;
        }
        catch (ArgumentException)
        {
            throw Invalid(url, "has a host that is not a name");
        }
    }

    // Clients send characters that a URL cannot contain as the octets of their UTF-8.
    private static string Encode(string path)
    {
        var encoded = new StringBuilder(path.Length);
        foreach (var one in PathText.GetBytes(path))
        {
            if (one is <= ' ' or >= '\u007f')
            {
                encoded.Append('%').Append(((int)one).ToString("X2", CultureInfo.InvariantCulture));
            }
            else
            {
                encoded.Append(one);
            }
        }

        return encoded.ToString();
    }

    private static ConfigException Invalid(string url, string reason) =>
        new("Uri", "\"" + UpstreamUrl.WithoutUserInfo(url) + "\" " + reason, "Write it as https://host/path.");
}
