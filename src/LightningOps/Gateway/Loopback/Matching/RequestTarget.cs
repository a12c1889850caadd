using System;
using LightningOps.Gateway.Loopback.Http;

namespace LightningOps.Gateway.Loopback.Matching;

/// <summary>The target of a request, as Go's server reads it.</summary>
internal sealed record RequestTarget
{
    /// <summary>The Host header with its port, or the host of a target that is a whole URL.</summary>
    public required string Host { get; init; }

    /// <summary>The path, unescaped, for matching.</summary>
    public required string Path { get; init; }

    /// <summary>The path for the upstream.</summary>
    public required string EscapedPath { get; init; }

    /// <summary>The query with its question mark, unchanged; empty for none.</summary>
    public required string Query { get; init; }

    /// <summary>Reads the target of a request.</summary>
    /// <exception cref="BadRequestException">The target is not valid.</exception>
    public static RequestTarget From(RequestHead head)
    {
        var host = head.Headers.Find("Host") ?? string.Empty;
        var target = head.Target;
        if (head.Method == "CONNECT")
        {
            // Go reads only host and port, and an empty path.
            return new RequestTarget { Host = target, Path = string.Empty, EscapedPath = string.Empty, Query = string.Empty };
        }

        if (target[0] != '/' && target != "*")
        {
            (host, target) = Split(target);
        }

        var question = target.IndexOf('?');
        var raw = question < 0 ? target : target.Substring(0, question);
        var bytes = PathText.Unescape(raw) ?? throw new BadRequestException("malformed path");
        return new RequestTarget
        {
            Host = host,
            Path = PathText.GetText(bytes),
            EscapedPath = PathText.GetEscapedPath(raw, bytes),
            Query = question < 0 ? string.Empty : target.Substring(question),
        };
    }

    /// <summary>Host and the rest of a target that is a whole URL (RFC 9112, 3.2.2).</summary>
    private static (string Host, string Remainder) Split(string target)
    {
        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (!IsScheme(target, scheme))
        {
            throw new BadRequestException("malformed request target");
        }

        var begin = scheme + 3;
        var end = target.IndexOfAny(['/', '?'], begin);
        var authority = end < 0 ? target.Substring(begin) : target.Substring(begin, end - begin);
        var host = authority.Substring(authority.LastIndexOf('@') + 1);
        return host.Length > 0 && RequestHost.IsValid(host) && HasNumberAsPort(host)
            ? (host, end < 0 ? string.Empty : target.Substring(end))
            : throw new BadRequestException("malformed request target");
    }

    // Go reads every scheme alike (net/url, getScheme).
    private static bool IsScheme(string target, int length)
    {
        for (var i = 0; i < length; i++)
        {
            if (target[i] is not ((>= 'a' and <= 'z') or (>= 'A' and <= 'Z')) && (i == 0 || target[i] is not ((>= '0' and <= '9') or '+' or '-' or '.')))
            {
                return false;
            }
        }

        return length > 0;
    }

    // net/url, validOptionalPort: unlike that of a Host header, the port of a URL is a number or empty.
    private static bool HasNumberAsPort(string host)
    {
        var port = host.IndexOf(':', host.LastIndexOf(']') + 1);
        for (var i = port + 1; port >= 0 && i < host.Length; i++)
        {
            if (host[i] is < '0' or > '9')
            {
                return false;
            }
        }

        return true;
    }
}
