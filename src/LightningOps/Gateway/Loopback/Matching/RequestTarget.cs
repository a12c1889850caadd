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

    /// <summary>Whether it is a scheme and then no slash, which cannot be passed on.</summary>
    public bool IsOpaque { get; init; }

    /// <summary>Reads the target of a request.</summary>
    public static RequestTarget From(RequestHead head)
    {
        var uri = head.Uri;
        var bytes = PathText.Unescape(uri.Path) ?? throw new BadRequestException("malformed path");
        return new RequestTarget
        {
            Host = PathText.GetText(uri.Host.Length > 0 ? uri.Host : head.Headers.Find("Host") ?? string.Empty),
            Path = PathText.GetText(bytes),
            EscapedPath = PathText.GetEscapedPath(uri.Path, bytes),
            Query = uri.Query,
            IsOpaque = uri.IsOpaque,
        };
    }
}
