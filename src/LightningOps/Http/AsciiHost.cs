using System;

namespace LightningOps.Http;

/// <summary>The host of a URL in ASCII, as requests and certificates name it.</summary>
internal static class AsciiHost
{
    /// <summary>
    /// The host of an absolute URL, IPv6 in brackets. Null when IDNA refuses the name (RFC 5891, 4.2). A URL is
    /// parsed without that check, and only <see cref="Uri.IdnHost" /> throws.
    /// </summary>
    public static string? Find(Uri uri)
    {
        if (uri.HostNameType == UriHostNameType.IPv6)
        {
            return uri.Host;
        }

        try
        {
            return uri.IdnHost;
        }
        catch (Exception refused) when (refused is UriFormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The host of an absolute URL, unchanged if IDNA refuses it; such a name reaches no server.</summary>
    public static string FindOrRaw(Uri uri) => Find(uri) ?? uri.Host;
}
