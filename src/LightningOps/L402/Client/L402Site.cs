using System;
using System.Globalization;
using LightningOps.Http;
using LightningOps.L402.Credentials;

namespace LightningOps.L402.Client;

/// <summary>Who a request goes to: the address it is sent to, and the host it names where that is another.</summary>
internal sealed class L402Site
{
    private const int HttpsPort = 443;
    private const char Via = '@';

    private L402Site(Uri address, Uri? named)
    {
        Address = address;
        Named = named;
        Name = named is null ? Authority(address) : Authority(named) + Via + Authority(address);
    }

    /// <summary>Where it is sent.</summary>
    public Uri Address { get; }

    /// <summary>Whom it names in the Host header, when that is not the address.</summary>
    public Uri? Named { get; }

    /// <summary>The host of a <see cref="CredentialScope"/>.</summary>
    public string Name { get; }

    /// <summary>Whether what is sent can be read on the way.</summary>
    public bool IsExposed => Address.Scheme == Uri.UriSchemeHttp && !Address.IsLoopback;

    /// <summary>The site of a request.</summary>
    /// <exception cref="ConfigException">Its address or Host header cannot be used.</exception>
    public static L402Site Of(L402Request request)
    {
        var address = request.Uri;
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp) || address.UserInfo.Length > 0)
        {
            throw new ConfigException("Uri", "must be an absolute http or https URL without user", "Give the URL that sells.");
        }

        return new L402Site(address, request.HostHeader is { } host ? NamedBy(host, address.Scheme) : null);
    }

    /// <summary>The host a wallet is told of: with the port where it is not the scheme's own.</summary>
    public static string SellerOf(CredentialScope scope)
    {
        var via = scope.Host.IndexOf(Via);
        var seller = via < 0 ? scope.Host : scope.Host.Substring(0, via);
        return seller.EndsWith(":80", StringComparison.Ordinal) && !seller.StartsWith("https:", StringComparison.Ordinal) ? seller.Substring(0, seller.Length - 3) : seller;
    }

    private static Uri NamedBy(string host, string scheme) =>
        host.IndexOfAny(new[] { '/', Via, '?', '#', '\\', ' ', '\r', '\n' }) < 0 && Uri.TryCreate(scheme + "://" + host + "/", UriKind.Absolute, out var named)
            ? named
            : throw new ConfigException("HostHeader", "must be a host, with a port where it needs one", "Give a host such as shop.example.com.");

    // Over https the port is left out where it is 443, over http never: what was bought over one is not sent over the other.
    private static string Authority(Uri uri)
    {
        var host = AsciiHost.FindOrRaw(uri).ToLowerInvariant().TrimEnd('.');
        var port = ":" + uri.Port.ToString(CultureInfo.InvariantCulture);
        return uri.Scheme == Uri.UriSchemeHttp ? host + port
            : uri.Port == HttpsPort ? host
            : uri.Port == 80 ? "https://" + host + port
            : host + port;
    }
}
