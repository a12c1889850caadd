using System.Globalization;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.Routing;

/// <summary>A request that shows a change of a roll-out: the service that answers it before and after, and the price.</summary>
public sealed record PlannedRequest
{
    /// <summary>The changed service that it is an example for.</summary>
    public required string Service { get; init; }

    /// <summary>The URL as a client sends it. Resolve-L402Route gives the details.</summary>
    public required string Uri { get; init; }

    /// <summary>Whether it is a real request from an access log. Otherwise it was derived from the expressions.</summary>
    public bool IsReal { get; init; }

    /// <summary>The answer before the roll-out; null if the services of the gateway are not known.</summary>
    public RequestAnswer? Before { get; init; }

    /// <summary>The answer after the roll-out.</summary>
    public required RequestAnswer After { get; init; }

    /// <summary>Whether the roll-out changes the service or the price.</summary>
    public bool Changes => Before != After;

    /// <summary>The URL and both answers, on one line.</summary>
    public override string ToString() => Uri + ": " + Answers;

    /// <summary>Both answers.</summary>
    internal string Answers => Changes ? (Before?.ToString() ?? "not known") + " \u2192 " + After + (IsOpenedByCheaper ? "; credentials of " + After.Service + " open it" : string.Empty) : After + ", as before";

    /// <summary>Whether a service of a lower price takes the request from another one. Its credentials then open what cost more.</summary>
    private bool IsOpenedByCheaper =>
        Before is { Outcome: RouteOutcome.Sold, Service: { } seller } && After.Outcome == RouteOutcome.Sold && After.Service != seller && !(After.PriceSats >= Before.PriceSats);
}

/// <summary>The outcome of a request without a credential.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Service">The service that answers; null if there is none, or it is not known.</param>
/// <param name="PriceSats">Price in satoshis; 0 if it is free, null if it is not sold or another server sets it.</param>
public sealed record RequestAnswer(RouteOutcome Outcome, string? Service, long? PriceSats)
{
    /// <summary>Free requests of each network before the price is charged; null if there are none.</summary>
    public int? FreeRequests { get; init; }

    /// <summary>Price and service, for example <c>3 sat from pw_a.r1</c>.</summary>
    public override string ToString() => Answer + (FreeRequests is { } free ? " after " + FreebieCount.Describe(free) + " of each network" : string.Empty);

    private string Answer => Outcome switch
    {
        RouteOutcome.Sold when PriceSats is { } price => price.ToString(CultureInfo.InvariantCulture) + " sat from " + Service,
        RouteOutcome.Sold => "sold by " + Service + " at the price of its price server",
        RouteOutcome.Free => "free from " + Service,
        RouteOutcome.Closed => "closed (502) by " + Service,
        RouteOutcome.NotSold => "not sold (401) by " + Service,
        RouteOutcome.NotMatched => "no service (404)",
        RouteOutcome.Preflight => "answered by Aperture (OPTIONS)",
        RouteOutcome.AdminApi => "answered by the admin API",
        RouteOutcome.BadRequest => "bad request (400)",
        _ => "not known",
    };
}
