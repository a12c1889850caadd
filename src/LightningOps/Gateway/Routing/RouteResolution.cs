using System.Collections.Generic;

namespace LightningOps.Gateway.Routing;

/// <summary>What a gateway does with one request.</summary>
public sealed record RouteResolution
{
    /// <summary>The URL as given.</summary>
    public required string Uri { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The Host header that a client sends.</summary>
    public string Host { get; init; } = string.Empty;

    /// <summary>The path that expressions are compared with: decoded, without the query.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>What becomes of the request.</summary>
    public required RouteOutcome Outcome { get; init; }

    /// <summary>The outcome in a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The service that the request reaches; null for none.</summary>
    public string? Service { get; init; }

    /// <summary>Place of the service in the match order, from 1; null for none.</summary>
    public int? Place { get; init; }

    /// <summary>Price in satoshis for somebody who holds no credential; 0 where it is free, null where it is not sold or another server sets it.</summary>
    public long? PriceSats { get; init; }

    /// <summary>Schemes that are accepted: <c>L402</c>, <c>Payment</c>; empty where none is asked for.</summary>
    public IReadOnlyList<string> Schemes { get; init; } = [];

    /// <summary>Requests of each network that are free before the price is asked; null where none is.</summary>
    public int? FreeRequests { get; init; }

    /// <summary>Limits that count the request, for example <c>120 per 1m</c>.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>Seconds that a credential bought now is valid; null for no end.</summary>
    public long? LifetimeSeconds { get; init; }

    /// <summary>The upstream, <c>host:port</c>; null where none is asked.</summary>
    public string? UpstreamAddress { get; init; }

    /// <summary>Protocol to the upstream.</summary>
    public string? UpstreamProtocol { get; init; }

    /// <summary>Path and query that the upstream is asked for.</summary>
    public string? UpstreamPath { get; init; }

    /// <summary>Earlier services and why each does not match, nearest misses first; at most 100.</summary>
    public IReadOnlyList<PassedService> PassedOver { get; init; } = [];

    /// <summary>Number of earlier services.</summary>
    public int EarlierServices { get; init; }
}

/// <summary>An earlier service that does not match a request.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Place">Its place in the match order, from 1.</param>
/// <param name="Reason">The expression that does not match.</param>
public sealed record PassedService(string Service, int Place, string Reason)
{
    /// <summary>Name and reason.</summary>
    public override string ToString() => Service + ": " + Reason;
}

/// <summary>What becomes of a request.</summary>
public enum RouteOutcome
{
    /// <summary>A price is asked.</summary>
    Sold,

    /// <summary>It reaches the upstream free of charge.</summary>
    Free,

    /// <summary>The service is closed: 502.</summary>
    Closed,

    /// <summary>No service matches: 404.</summary>
    NotMatched,

    /// <summary>It needs a credential and sells none: 401.</summary>
    NotSold,

    /// <summary>Aperture answers OPTIONS itself, free of charge.</summary>
    Preflight,

    /// <summary>The path belongs to the admin API.</summary>
    AdminApi,

    /// <summary>It is not a request that Aperture reads: 400.</summary>
    BadRequest,

    /// <summary>An expression that cannot be followed may match first.</summary>
    NotKnown,
}
