using System;
using System.Collections.Generic;
using System.Globalization;
using LightningOps.Http;

namespace LightningOps.ApertureYaml;

/// <summary>An absolute upstream URL, split into the parts Aperture can express: an address and a path prefix.</summary>
internal sealed class UpstreamUrl
{
    private UpstreamUrl(Uri uri, string host)
    {
        Scheme = uri.Scheme;
        Network = UpstreamNetworks.Find(host);
        IsResolvable = HostPort.IsResolvable(host) && IsAscii(host);
        Address = host + ":" + uri.Port.ToString(CultureInfo.InvariantCulture);
        PathPrefix = GetPrefix(uri.AbsolutePath);
        HasQueryOrFragment = uri.Query.Length > 0 || uri.Fragment.Length > 0;
        HasUserInfo = uri.UserInfo.Length > 0;
    }

    /// <summary>Scheme in lower case.</summary>
    public string Scheme { get; }

    /// <summary><c>host:port</c> with the port written out; IPv6 in brackets, other names in ASCII.</summary>
    public string Address { get; }

    /// <summary>The network of the host, as far as its text says.</summary>
    public UpstreamNetwork Network { get; }

    /// <summary>Whether a resolver may find the host; false also for a name beyond ASCII that is no internationalized name.</summary>
    public bool IsResolvable { get; }

    /// <summary>Path prepended to the path of the request, or null when the URL has none.</summary>
    public string? PathPrefix { get; }

    /// <summary>Whether the URL has a query or a fragment, which Aperture cannot express.</summary>
    public bool HasQueryOrFragment { get; }

    /// <summary>Whether the URL has a user name or password, which Aperture cannot express.</summary>
    public bool HasUserInfo { get; }

    /// <summary>The URL in <paramref name="text"/>; null when it is not absolute, has no scheme, or IDNA refuses its host.</summary>
    public static UpstreamUrl? TryParse(string text) =>
        Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) && HasScheme(text) && AsciiHost.Find(uri) is { } host ? new UpstreamUrl(uri, host) : null;

    /// <summary>Whether the text has a user name or password, even if it is not a URL.</summary>
    public static bool HasUserInfoIn(string text) => TryParse(text) is { } url ? url.HasUserInfo : WithoutUserInfo(text) != text;

    /// <summary>The text without a user name and password before its host.</summary>
    public static string WithoutUserInfo(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var begin = scheme < 0 ? 0 : scheme + 3;
        var end = text.IndexOfAny(['/', '?', '#'], begin);
        var at = text.Substring(begin, (end < 0 ? text.Length : end) - begin).LastIndexOf('@');
        return at < 0 ? text : text.Remove(begin, at + 1);
    }

    private static bool IsAscii(string host)
    {
        foreach (var character in host)
        {
            if (character >= '\u0080')
            {
                return false;
            }
        }

        return true;
    }

    // After two leading slashes Go reads a host, and Aperture stops (proxy/service.go, prepareRewrite). It joins them to one
    // anyway.
    private static string? GetPrefix(string path) => path.TrimStart('/') is { Length: > 0 } rest ? "/" + rest : null;

    // On Unix a rooted path counts as an absolute file URI, so a scheme is required.
    private static bool HasScheme(string text)
    {
        var colon = text.IndexOf(':');
        return colon > 0 && text.IndexOf('/') is var slash && (slash < 0 || colon < slash);
    }
}

/// <summary>Reads upstream URLs, each text once. Most routes of a snapshot share their upstreams.</summary>
internal sealed class UpstreamTable
{
    private readonly Dictionary<string, UpstreamUrl?> byText = new(StringComparer.Ordinal);

    /// <summary>The URL in <paramref name="text"/>, or null when it is not an absolute one.</summary>
    public UpstreamUrl? Read(string text)
    {
        if (!byText.TryGetValue(text, out var url))
        {
            byText.Add(text, url = UpstreamUrl.TryParse(text));
        }

        return url;
    }
}
