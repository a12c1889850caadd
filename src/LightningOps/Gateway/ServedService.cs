using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway;

/// <summary>A live service of one endpoint of a gateway. Unknown values say so.</summary>
public sealed record ServedService
{
    /// <summary>Text of an unknown value.</summary>
    public const string NotKnown = "not known";

    /// <summary>Gateway as given by the user.</summary>
    public required string Gateway { get; init; }

    /// <summary>The endpoint that serves it; the gateway itself if there is only one.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Place in the match order, from 1.</summary>
    public required int Place { get; init; }

    /// <summary>Name of the service, which sold tokens contain.</summary>
    public required string Name { get; init; }

    /// <summary>Expression for the Host header.</summary>
    public required string Host { get; init; }

    /// <summary>Expression for the path; empty matches all.</summary>
    public required string Path { get; init; }

    /// <summary>Whether it sells, is free, is closed or fails.</summary>
    public required ServedState State { get; init; }

    /// <summary>Auth level: on, off or freebie N.</summary>
    public required string Auth { get; init; }

    /// <summary>Price in whole satoshis; null if it is free, or another program sets the price.</summary>
    public long? PriceSats { get; init; }

    /// <summary>Accepted schemes: l402, mpp, l402+mpp, or <c>any</c> for all that the gateway offers.</summary>
    public required string Scheme { get; init; }

    /// <summary>Validity of a sold credential: <c>3600 s</c>, or <c>for ever</c>.</summary>
    public required string Lifetime { get; init; }

    /// <summary>Rate limits, for example <c>120 per 1m</c>, or <c>none</c>.</summary>
    public required string Limits { get; init; }

    /// <summary>Upstream: protocol, address and prefix.</summary>
    public required string Upstream { get; init; }

    /// <summary>
    /// Whether a record says that it was made here: <c>yes</c>, <c>no</c> or <c>not known</c>, also for one that may be a
    /// service of this store that was renamed by hand.
    /// </summary>
    public required string MadeHere { get; init; }

    /// <summary>Owner at its last roll-out, or null.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Where it is defined: <c>file</c>, <c>database</c>, <c>process</c> or <c>not known</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Evidence that it is live; NotKnown if it is only written.</summary>
    public required LiveEvidence Evidence { get; init; }
}

/// <summary>State of a service.</summary>
public enum ServedState
{
    /// <summary>Asks for payment.</summary>
    Selling,

    /// <summary>Lets everything through.</summary>
    Free,

    /// <summary>Asks for no payment and reaches nothing: its address has port 0, as after a pause, a kill switch or a suspended paywall.</summary>
    Closed,

    /// <summary>Cannot be bought, or cannot be used once it is paid: its price is negative, or its address has port 0, where nothing listens.</summary>
    Failing,
}

/// <summary>Details of a service beyond a list of services.</summary>
/// <param name="Source">Where it is defined.</param>
/// <param name="Extras">All its other members; null if unknown.</param>
internal sealed record ServiceDetail(string Source, IReadOnlyList<string>? Extras);

/// <summary>A gateway that knows more of its services than their list.</summary>
internal interface IServiceDetails
{
    /// <summary>Details of a service in a state that it read.</summary>
    ServiceDetail GetDetail(GatewayState state, GatewayService service);

    /// <summary>All effective services, including those of others in the database, and their evidence.</summary>
    (IReadOnlyList<GatewayService> Services, LiveEvidence Evidence) GetServed(GatewayState state);

    /// <summary>Whether the gateway offers the Payment scheme; null if unknown.</summary>
    bool? GetOffersPayment(GatewayState state);
}

/// <summary>Reads the other members of a service for people.</summary>
internal sealed class ServedMembers
{
    private const string SchemeExtra = "authscheme=";
    private readonly IReadOnlyList<string> listed;
    private readonly IReadOnlyList<string>? known;
    private readonly GatewayService service;

    public ServedMembers(GatewayService service, ServiceDetail detail)
    {
        this.service = service;
        listed = service.Extras;
        known = detail.Extras;
    }

    public string Scheme => Find(known ?? listed, SchemeExtra) is { } scheme ? scheme
        : known is not null ? "any"

        // Aperture lists a service without a scheme as l402.
        : "l402 or any";

    public string Lifetime => !service.Sells ? "none"
        : known is null ? ServedService.NotKnown
        : Find(known, "timeout=") is { } timeout && service.PriceSats > 0 && !IsDynamic ? timeout + " s"
        : "for ever";

    public string Limits => known is null ? ServedService.NotKnown : string.Join(", ", GetLimits()) is { Length: > 0 } limits ? limits : "none";

    public string Upstream => service.Protocol + "://" + service.Address + (known is null ? string.Empty : Find(known, "rewrite.prefix="));

    public bool IsDynamic => known?.Contains("dynamicprice.enabled=true") == true;

    private IEnumerable<string> GetLimits()
    {
        for (var place = 0; ; place++)
        {
            var limit = string.Format(CultureInfo.InvariantCulture, "ratelimits[{0}].", place);
            if (Find(known!, limit + "requests=") is not { } requests)
            {
                yield break;
            }

            var burst = Find(known!, limit + "burst=");
            yield return requests + " per " + Find(known!, limit + "per=") + (burst is null ? string.Empty : " (burst " + burst + ")");
        }
    }

    private static string? Find(IEnumerable<string> extras, string begin) =>
        extras.FirstOrDefault(extra => extra.StartsWith(begin, StringComparison.Ordinal))?.Substring(begin.Length);
}
