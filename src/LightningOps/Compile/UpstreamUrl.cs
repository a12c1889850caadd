using System;

namespace LightningOps.Compile;

/// <summary>An absolute upstream URL, taken apart into what Aperture can say: an address and a path prefix.</summary>
internal sealed record UpstreamUrl
{
    private UpstreamUrl(Uri uri) => Uri = uri;

    private Uri Uri { get; }

    /// <summary><c>host:port</c> with the port written out; IPv6 in brackets, other names in ASCII.</summary>
    public string Address
    {
        get
        {
            var host = Uri.HostNameType == UriHostNameType.IPv6 ? Uri.Host : Uri.IdnHost;
            return host + ":" + Uri.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Path put before the request's own, or null when the URL has none.</summary>
    public string? PathPrefix => Uri.AbsolutePath is "" or "/" ? null : Uri.AbsolutePath;

    /// <summary>Whether the URL carries a query or a fragment, which Aperture has no place for.</summary>
    public bool HasQueryOrFragment => Uri.Query.Length > 0 || Uri.Fragment.Length > 0;

    /// <summary>Whether the URL carries a user name or password, which Aperture has no place for.</summary>
    public bool HasUserInfo => Uri.UserInfo.Length > 0;

    /// <summary>Scheme in lower case, or null when <paramref name="text"/> is not an absolute URL.</summary>
    public static string? SchemeOf(string text)
    {
        if (text.StartsWith("https://", StringComparison.Ordinal) || text.StartsWith("http://", StringComparison.Ordinal))
        {
            return TryParse(text) is { } url ? url.Uri.Scheme : null;
        }

        return Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) && HasScheme(text) ? uri.Scheme : null;
    }

    public static UpstreamUrl? TryParse(string text) =>
        Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) && uri.Host.Length > 0 && HasScheme(text) ? new UpstreamUrl(uri) : null;

    // On Unix a rooted path counts as an absolute file URI: a URL names its scheme.
    private static bool HasScheme(string text)
    {
        var colon = text.IndexOf(':');
        return colon > 0 && text.IndexOf('/') is var slash && (slash < 0 || colon < slash);
    }
}
