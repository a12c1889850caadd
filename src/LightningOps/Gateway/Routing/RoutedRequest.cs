using System;
using System.Globalization;
using System.Linq;
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

        if (trimmed.Any(char.IsControl))
        {
            throw Invalid(url, "has a control character, which clients do not send");
        }

        var begin = trimmed.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = trimmed.IndexOfAny(['/', '?', '#'], begin);
        var authority = end < 0 ? trimmed.Substring(begin) : trimmed.Substring(begin, end - begin);
        var host = SentHost.Read(authority.Substring(authority.LastIndexOf('@') + 1), isSecure ? "443" : "80", out var fault) ?? throw Invalid(url, fault!);
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
