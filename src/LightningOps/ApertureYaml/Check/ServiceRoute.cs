using System;
using System.Collections.Generic;
using LightningOps.Http;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.ApertureYaml.Check;

/// <summary>A request that a client can send.</summary>
/// <param name="Host">Its Host header.</param>
/// <param name="Path">Its decoded path.</param>
internal sealed record RequestExample(string Host, string Path)
{
    /// <summary>Host and path as they are sent.</summary>
    public override string ToString() => Host + PathEncoding.Encode(Path);
}

/// <summary>The answer of a service to a request without a credential.</summary>
internal enum SaleKind
{
    /// <summary>Payment is required.</summary>
    Sold,

    /// <summary>Payment is required after some free requests of each network.</summary>
    SoldAfterFree,

    /// <summary>A price server sets the price.</summary>
    SoldDynamically,

    /// <summary>It is free of charge.</summary>
    Free,

    /// <summary>It is free of charge if a process listens on port 9, where earlier versions closed services.</summary>
    FreeAtPortNine,

    /// <summary>No invoice is made: 401.</summary>
    NotSold,

    /// <summary>The service is closed.</summary>
    Closed,

    /// <summary>An expression of its free paths cannot be followed.</summary>
    NotKnown,
}

/// <summary>The answer of a service to a request without a credential.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Price">The price, satoshis; 0 if it is free or not known.</param>
/// <param name="FreeRequests">Free requests of each network.</param>
internal sealed record SaleAnswer(SaleKind Kind, long Price = 0, long FreeRequests = 0)
{
    /// <summary>The answer of an earlier service beside that of the one it takes the request from.</summary>
    /// <param name="own">The answer of the later service.</param>
    public string Compare(SaleAnswer own) =>
        Kind == SaleKind.Closed ? "reaches that one, which is closed"
        : own.Kind == SaleKind.Closed ? "does not reach this one, which is closed"
        : Kind == SaleKind.NotKnown || own.Kind == SaleKind.NotKnown ? "reaches that one"
        : this == own && Kind == SaleKind.Free ? "is served by that one"
        : this == own && Kind == SaleKind.NotSold ? "is answered 401 by that one"
        : this == own ? "is sold by that one"
        : GetPredicate() + " instead of " + (Kind == SaleKind.Sold && own.Kind == SaleKind.Sold ? FormattableString.Invariant($"{own.Price}") : own.GetObject());

    /// <summary>The answer as what is said of a request.</summary>
    public string GetPredicate() => Kind switch
    {
        SaleKind.Free => "is free",
        SaleKind.FreeAtPortNine => "is free if a process listens on port 9",
        SaleKind.NotSold => "is answered 401",
        SaleKind.SoldAfterFree => "costs " + GetObject() + " of each network",
        _ => "costs " + GetObject(),
    };

    /// <summary>Whether a request that the later service would sell is answered otherwise, and neither refused nor unknown.</summary>
    /// <param name="own">The answer of the later service.</param>
    public bool TakesSaleFrom(SaleAnswer own) =>
        this != own && own.Kind is SaleKind.Sold or SaleKind.SoldAfterFree && Kind is not (SaleKind.NotSold or SaleKind.NotKnown);

    private string GetObject() => Kind switch
    {
        SaleKind.Free => "being free",
        SaleKind.FreeAtPortNine => "being free if a process listens on port 9",
        SaleKind.NotSold => "401",
        SaleKind.SoldDynamically => "what a price server asks",
        SaleKind.SoldAfterFree => FormattableString.Invariant($"{Price} sat after {FreebieCount.Describe(FreeRequests)}"),
        _ => FormattableString.Invariant($"{Price} sat"),
    };
}

/// <summary>The requests and price of a service; the price is 0 when it is free, and -1 when it is closed.</summary>
internal sealed record ServiceRoute(Section Service, string PathRegexp, RegularLanguage Host, RegularLanguage Path, long Price)
{
    private static readonly RegularLanguage Rooted = RegularLanguage.Prefix("/");

    /// <summary>Line of the service in its file.</summary>
    public int Line => Service.Position.Line;

    /// <summary>Null if an expression is not valid or cannot be analyzed.</summary>
    public static ServiceRoute? Create(Section service)
    {
        var path = service.Text("pathregexp");
        if (!Re2Expression.TryParse(service.Text("hostregexp"), out var hosts, out _) || !Re2Expression.TryParse(path, out var paths, out _))
        {
            return null;
        }

        var route = new ServiceRoute(service, path, RegularLanguage.FromExpression(hosts), RegularLanguage.FromExpression(paths), GetPrice(service));
        return route.Host.MatchesExactly && route.Path.MatchesExactly ? route : null;
    }

    /// <summary>Whether a price server sets its price, which the file does not state.</summary>
    public bool IsDynamic => Price > 0 && Service.Child("dynamicprice").Flag("enabled");

    /// <summary>The answer to a request.</summary>
    public SaleAnswer Answer(RequestExample example) => Answer(Service, example.Path);

    /// <summary>The answer of a service to a request without a credential (proxy/proxy.go).</summary>
    public static SaleAnswer Answer(Section service, string path)
    {
        var auth = GatewayService.NormalizeAuth(service.Text("auth"));
        if (auth == GatewayService.AuthOff)
        {
            return new SaleAnswer(service.Text("address") == GatewayService.FormerClosedAddress ? SaleKind.FreeAtPortNine : HostPort.HasPortZero(service.Text("address")) ? SaleKind.Closed : SaleKind.Free);
        }

        if (MatchesAny(service.Texts("authwhitelistpaths"), path) is not false and var free)
        {
            return new SaleAnswer(free is null ? SaleKind.NotKnown : SaleKind.Free);
        }

        if (auth == GatewayService.AuthOn && MatchesAny(service.Texts("authskipinvoicecreationpaths"), path) is not false and var skipped)
        {
            return new SaleAnswer(skipped is null ? SaleKind.NotKnown : SaleKind.NotSold);
        }

        var requests = auth == GatewayService.AuthOn ? 0 : FreebieCount.Read(auth) ?? 0;
        return service.Child("dynamicprice").Flag("enabled") ? new SaleAnswer(SaleKind.SoldDynamically)
            : new SaleAnswer(requests > 0 ? SaleKind.SoldAfterFree : SaleKind.Sold, GetPrice(service), requests);
    }

    // Null if an expression that cannot be followed may match.
    private static bool? MatchesAny(IReadOnlyList<TextItem> expressions, string path)
    {
        var isKnown = true;
        foreach (var item in expressions)
        {
            if (!Re2Expression.TryParse(item.Text, out var parsed, out _))
            {
                continue;
            }

            var language = RegularLanguage.FromExpression(parsed);
            if (!language.MatchesExactly)
            {
                isKnown = false;
            }
            else if (language.Matches(path))
            {
                return true;
            }
        }

        return isKnown ? false : null;
    }

    public static long GetPrice(Section service) =>
        GatewayService.NormalizeAuth(service.Text("auth")) != GatewayService.AuthOff ? Math.Max(1, service.Number("price"))
        : service.Text("address") is GatewayService.FormerClosedAddress || HostPort.HasPortZero(service.Text("address")) ? -1
        : 0;

    /// <summary>Whether the service matches a request.</summary>
    public bool Matches(RequestExample example) => Host.Matches(example.Host) && Path.Matches(example.Path);

    /// <summary>A request that the service matches, and another one too if it is given; null if none is found.</summary>
    /// <param name="budget">Budget of the search.</param>
    /// <param name="other">Another service.</param>
    public RequestExample? FindExample(AnalysisBudget budget, ServiceRoute? other = null)
    {
        var hosts = other is null ? Host : Host.Intersect(other.Host, budget);
        var paths = other is null ? Path : Path.Intersect(other.Path, budget);
        return hosts.FindCommon(SentHosts.Usual, budget) is { Length: > 0 } host && paths.FindCommon(Rooted, budget) is { } path
            ? new RequestExample(HostExample.Improve(host, one => Host.Matches(one) && other?.Host.Matches(one) != false && SentHosts.Usual.Matches(one)), path)
            : null;
    }
}
