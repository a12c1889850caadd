using System.Collections.Generic;

namespace LightningOps.Gateway.Routing;

/// <summary>The handling of one request by a gateway.</summary>
public sealed record RouteResolution
{
    /// <summary>The URL as given.</summary>
    public required string Uri { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The Host header that a client sends.</summary>
    public string Host { get; init; } = string.Empty;

    /// <summary>The decoded path without the query, which expressions are matched against.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>Outcome of the request.</summary>
    public required RouteOutcome Outcome { get; init; }

    /// <summary>The outcome in a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The service that the request reaches; null for none.</summary>
    public string? Service { get; init; }

    /// <summary>Place of the service in the match order, from 1; null for none.</summary>
    public int? Place { get; init; }

    /// <summary>Price in satoshis without a credential; 0 if it is free, null if it is not sold, cannot be delivered, or another server sets it.</summary>
    public long? PriceSats { get; init; }

    /// <summary>
    /// Accepted schemes: <c>L402</c>, <c>Payment</c>; empty if none is required. With <c>Schemes</c> in <see cref="NotKnown" />
    /// further ones may be accepted.
    /// </summary>
    public IReadOnlyList<string> Schemes { get; init; } = [];

    /// <summary>Free requests of each network before the price is charged; null if there are none.</summary>
    public int? FreeRequests { get; init; }

    /// <summary>Limits that count the request, for example <c>120 per 1m</c>.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>Validity in seconds of a credential bought now; null for no end.</summary>
    public long? LifetimeSeconds { get; init; }

    /// <summary>The upstream, <c>host:port</c>; null if none is called.</summary>
    public string? UpstreamAddress { get; init; }

    /// <summary>Protocol to the upstream.</summary>
    public string? UpstreamProtocol { get; init; }

    /// <summary>Path and query of the upstream request.</summary>
    public string? UpstreamPath { get; init; }

    /// <summary>
    /// Names of members of this object that are not known: <c>Schemes</c> if it is not known whether the gateway offers
    /// Payment; <c>Limits</c>, <c>LifetimeSeconds</c> and <c>UpstreamPath</c> if the gateway does not list them.
    /// </summary>
    public IReadOnlyList<string> NotKnown { get; init; } = [];

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

/// <summary>Outcome of a request.</summary>
public enum RouteOutcome
{
    /// <summary>Payment is required.</summary>
    Sold,

    /// <summary>It reaches the upstream free of charge.</summary>
    Free,

    /// <summary>The service is closed: 502.</summary>
    Closed,

    /// <summary>No service matches: 404.</summary>
    NotMatched,

    /// <summary>It needs a credential and no credential is sold: 401.</summary>
    NotSold,

    /// <summary>Aperture answers OPTIONS itself, free of charge.</summary>
    Preflight,

    /// <summary>The path belongs to the admin API.</summary>
    AdminApi,

    /// <summary>Aperture cannot read the request: 400.</summary>
    BadRequest,

    /// <summary>An expression that cannot be followed may match first.</summary>
    NotKnown,

    /// <summary>The service cannot deliver: its upstream is not reached, or its credentials open nothing. A sold one is paid for in vain.</summary>
    Fails,
}
