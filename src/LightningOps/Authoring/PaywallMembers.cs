using System.Collections.Generic;
using LightningOps.Paywalls;

namespace LightningOps.Authoring;

/// <summary>
/// Members of a paywall that an author sets. Null keeps a member, or its default in a new paywall; <see
/// cref="Cleared" /> names the members to remove. Amounts and numbers are unchecked; they are validated with the
/// rest.
/// </summary>
public sealed record PaywallMembers
{
    /// <summary>Display name; host and path by default.</summary>
    public string? Name { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Free text for people.</summary>
    public string? Description { get; init; }

    /// <summary>Life-cycle state; active by default.</summary>
    public PaywallStatus? Status { get; init; }

    /// <summary>Passed through unchanged.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>Price of one request, millisatoshis.</summary>
    public long? PriceMsats { get; init; }

    /// <summary>Maximum price of one request, millisatoshis.</summary>
    public long? MaxPerRequestMsats { get; init; }

    /// <summary>Hosts the paywall may sell on.</summary>
    public IReadOnlyList<string>? AllowedHosts { get; init; }

    /// <summary>Hosts the paywall must not sell on.</summary>
    public IReadOnlyList<string>? BlockedHosts { get; init; }

    /// <summary>Requests a minute for one credential.</summary>
    public long? QuotaPerMinute { get; init; }

    /// <summary>Requests a day for one credential.</summary>
    public long? QuotaPerDay { get; init; }

    /// <summary>Scheme of accepted credentials.</summary>
    public string? AuthScheme { get; init; }

    /// <summary>Seconds until a sold credential expires.</summary>
    public long? CredentialLifetimeSeconds { get; init; }

    /// <summary>Free requests before payment.</summary>
    public long? Freebie { get; init; }

    /// <summary>Headers set on the upstream request, all of them.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>File of the upstream's certificate where the gateway runs.</summary>
    public string? TlsCertificatePath { get; init; }

    /// <summary>Path patterns that are free.</summary>
    public IReadOnlyList<string>? WhitelistPaths { get; init; }

    /// <summary>Path patterns for which no invoice is made.</summary>
    public IReadOnlyList<string>? SkipInvoicePaths { get; init; }

    /// <summary>Capabilities of a sold credential.</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>Constraints of a sold credential, all of them.</summary>
    public IReadOnlyDictionary<string, string>? Constraints { get; init; }

    /// <summary>The price server.</summary>
    public DynamicPrice? DynamicPrice { get; init; }

    /// <summary>Burst within the quota a minute.</summary>
    public long? QuotaPerMinuteBurst { get; init; }

    /// <summary>Burst within the quota a day.</summary>
    public long? QuotaPerDayBurst { get; init; }

    /// <summary>The route to change; null for the only one.</summary>
    public string? RouteId { get; init; }

    /// <summary>Whether the members of a route add a new route.</summary>
    public bool AddsRoute { get; init; }

    /// <summary>Routes to remove.</summary>
    public IReadOnlyList<string> RemovedRoutes { get; init; } = [];

    /// <summary>Host pattern of the route.</summary>
    public string? HostPattern { get; init; }

    /// <summary>Path pattern of the route.</summary>
    public string? PathPattern { get; init; }

    /// <summary>Absolute URL of the upstream of the route; its scheme is the protocol.</summary>
    public string? UpstreamUrl { get; init; }

    /// <summary>Upstream timeout of the route, milliseconds.</summary>
    public long? TimeoutMs { get; init; }

    /// <summary>Place of the route in the order; 100 by default.</summary>
    public long? Priority { get; init; }

    /// <summary>Request id of the change.</summary>
    public string? RequestId { get; init; }

    /// <summary>Optional members to remove, by name.</summary>
    public IReadOnlyCollection<string> Cleared { get; init; } = [];

    /// <summary>Whether a member of a route is given.</summary>
    internal bool HasRouteMembers => HostPattern is not null || PathPattern is not null || UpstreamUrl is not null || TimeoutMs is not null || Priority is not null;
}
