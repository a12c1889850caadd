using System;
using System.Globalization;
using System.Net.Http;
using LightningOps.Buyer.Credentials;
using LightningOps.Http;

namespace LightningOps.Buyer;

/// <summary>A request with the derived values of a purchase.</summary>
/// <param name="Request">The request.</param>
/// <param name="Site">Destination of the request.</param>
/// <param name="For">Scope of a credential for it.</param>
/// <param name="MaxSpend">Maximum cost; null if no limit is set.</param>
internal sealed record PurchaseOrder(L402Request Request, L402Site Site, CredentialScope For, Msats? MaxSpend)
{
    /// <summary>Id of a credential that must not be used; any other will do.</summary>
    public string? Except { get; init; }

    /// <summary>Orders with the same key have the same outcome, so one is carried out for all.</summary>
    public (CredentialScope For, Msats? MaxSpend, Msats? MaxPrice, bool AllowAmountless, bool ForceRefresh, bool AllowRebuy, PaymentSchemeChoice Scheme, string? Except) Key =>
        (For, MaxSpend, Request.MaxPrice, Request.AllowAmountless, Request.ForceRefresh, Request.AllowRebuy, Request.Scheme, Except);
}

/// <summary>Destination of requests with the same address, Host header and scope, and the scope of a credential for them.</summary>
internal sealed class Destination
{
    private readonly Uri address;
    private readonly string? hostHeader;
    private readonly string? scope;

    private Destination(L402Request request)
    {
        address = request.Uri;
        hostHeader = request.HostHeader;
        scope = request.Scope;
        Site = L402Site.For(request);
        For = new CredentialScope(Site.Name, scope ?? Site.Address.AbsolutePath);
    }

    /// <summary>The site to contact.</summary>
    public L402Site Site { get; }

    /// <summary>Scope of a credential.</summary>
    public CredentialScope For { get; }

    /// <summary>The destination of a request.</summary>
    /// <exception cref="ConfigException">Its address or Host header cannot be used.</exception>
    public static Destination Create(L402Request request) => new(request);

    /// <summary>Whether a request goes there. Compares object references only.</summary>
    public bool Matches(L402Request request) =>
        ReferenceEquals(address, request.Uri) && ReferenceEquals(hostHeader, request.HostHeader) && ReferenceEquals(scope, request.Scope);
}

/// <summary>Destination of a request: the address it is sent to, and the host it names if that is another.</summary>
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

    /// <summary>Address of the connection.</summary>
    public Uri Address { get; }

    /// <summary>The host in the Host header if it differs from the address.</summary>
    public Uri? Named { get; }

    /// <summary>The host of a <see cref="CredentialScope"/>.</summary>
    public string Name { get; }

    /// <summary>Whether the request can be read on the way.</summary>
    public bool IsExposed => Address.Scheme == Uri.UriSchemeHttp && !Address.IsLoopback;

    /// <summary>The site of a request.</summary>
    /// <exception cref="ConfigException">Its address or Host header cannot be used.</exception>
    public static L402Site For(L402Request request)
    {
        var address = request.Uri;
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp) || address.UserInfo.Length > 0)
        {
            throw new ConfigException("Uri", "must be an absolute http or https URL without user info", "Specify the URL to buy from.");
        }

        return new L402Site(address, request.HostHeader is { } host ? CreateUri(host, address.Scheme) : null);
    }

    /// <summary>The host reported to a wallet, with the port if it is not the default port.</summary>
    public static string GetSeller(CredentialScope scope)
    {
        var via = scope.Host.IndexOf(Via);
        var seller = via < 0 ? scope.Host : scope.Host.Substring(0, via);
        return seller.EndsWith(":80", StringComparison.Ordinal) && !seller.StartsWith("https:", StringComparison.Ordinal) ? seller.Substring(0, seller.Length - 3) : seller;
    }

    private static Uri CreateUri(string host, string scheme) =>
        host.IndexOfAny(new[] { '/', Via, '?', '#', '\\', ' ', '\r', '\n' }) < 0 && Uri.TryCreate(scheme + "://" + host + "/", UriKind.Absolute, out var named)
            ? named
            : throw new ConfigException("HostHeader", "must be a host with an optional port", "Specify a host such as shop.example.com.");

    // Over https the port is left out if it is 443; over http it is always written. A credential bought over one is not sent
    // over the other.
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

/// <summary>Result of acquiring a credential.</summary>
/// <param name="Credential">The credential.</param>
/// <param name="Paid">Amount paid for it, now or by an earlier call that was resolved just now; null if it was stored already.</param>
/// <param name="UnpaidResponse">The answer, when no payment was required; it belongs to the request that got it and to no other.</param>
internal sealed record PurchaseOutcome(Purchase? Credential, Msats? Paid, HttpResponseMessage? UnpaidResponse)
{
    public static PurchaseOutcome From(Purchase credential) => new(credential, null, null);

    public static PurchaseOutcome From(HttpResponseMessage free) => new(null, null, free);
}
