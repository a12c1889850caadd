using System;
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
