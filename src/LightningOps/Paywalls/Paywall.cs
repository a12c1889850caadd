using System.Collections.Generic;
using System.Globalization;

namespace LightningOps.Paywalls;

/// <summary>A paywall: its policy and the routes sold under it (docs/reference/control-plane.md#records).</summary>
public sealed record Paywall
{
    /// <summary>Identifier, unique in a control plane.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Display name.</summary>
    public required string Name { get; init; }

    /// <summary>Free text for people.</summary>
    public string? Description { get; init; }

    /// <summary>Life-cycle state.</summary>
    public PaywallStatus Status { get; init; }

    /// <summary>Request that last changed the paywall.</summary>
    public string? RequestId { get; init; }

    /// <summary>Passed through unchanged.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>Creation time, Unix milliseconds.</summary>
    public long CreatedAtMs { get; init; }

    /// <summary>Time of the last change, Unix milliseconds.</summary>
    public long UpdatedAtMs { get; init; }

    /// <summary>Price, caps, quotas and switches.</summary>
    public required PaywallPolicy Policy { get; init; }

    /// <summary>The routes sold, in the order received.</summary>
    public required IReadOnlyList<PaywallRoute> Routes { get; init; }

    /// <summary>Id and name.</summary>
    public override string ToString() => TerminalText.Clean(PaywallId + " " + Name);
}

/// <summary>Price, caps, quotas and switches of a paywall (docs/reference/control-plane.md#records).</summary>
public sealed record PaywallPolicy
{
    /// <summary>The paywall of the policy.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Only <c>fixed</c> compiles. Other values are kept so that a diagnostic can name them.</summary>
    public required string PricingMode { get; init; }

    /// <summary>Price of one request, millisatoshis, not negative.</summary>
    public long FixedAmountMsats { get; init; }

    /// <summary>Maximum price of one request in millisatoshis, or null for none.</summary>
    public long? MaxPerRequestMsats { get; init; }

    /// <summary>Hosts the paywall may sell on; empty or null allows any.</summary>
    public IReadOnlyList<string>? AllowedHosts { get; init; }

    /// <summary>Hosts the paywall must not sell on.</summary>
    public IReadOnlyList<string>? BlockedHosts { get; init; }

    /// <summary>Requests per minute for one credential; 0 closes the paywall, null sets no limit.</summary>
    public long? QuotaPerMinute { get; init; }

    /// <summary>Requests per day for one credential; 0 closes the paywall, null sets no limit.</summary>
    public long? QuotaPerDay { get; init; }

    /// <summary>Whether the paywall's own kill switch is on.</summary>
    public bool KillSwitch { get; init; }

    /// <summary>
    /// Scheme of accepted credentials: <c>l402</c>, <c>mpp</c> or <c>l402+mpp</c>; null accepts every scheme that the
    /// gateway offers.
    /// </summary>
    public string? AuthScheme { get; init; }

    /// <summary>Seconds until a sold credential expires; null for never.</summary>
    public long? CredentialLifetimeSeconds { get; init; }

    /// <summary>Free requests before payment, per network of a client; null for none.</summary>
    public long? Freebie { get; init; }

    /// <summary>Headers set on the upstream request; a secret only as a reference (<c>${NAME}</c>, <c>!file+hex:path</c>).</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>File of the upstream's certificate where the gateway runs, or null.</summary>
    public string? TlsCertificatePath { get; init; }

    /// <summary>Path patterns that are free, or null.</summary>
    public IReadOnlyList<string>? WhitelistPaths { get; init; }

    /// <summary>Path patterns for which no invoice is made, or null.</summary>
    public IReadOnlyList<string>? SkipInvoicePaths { get; init; }

    /// <summary>Capabilities of a sold credential, or null.</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>Constraints of a sold credential, by name, or null.</summary>
    public IReadOnlyDictionary<string, string>? Constraints { get; init; }

    /// <summary>The price server, or null for a fixed price.</summary>
    public DynamicPrice? DynamicPrice { get; init; }

    /// <summary>Burst within the quota per minute; null for the whole quota.</summary>
    public long? QuotaPerMinuteBurst { get; init; }

    /// <summary>Burst within the quota per day; null for the whole quota.</summary>
    public long? QuotaPerDayBurst { get; init; }

    /// <summary>Creation time, Unix milliseconds.</summary>
    public long CreatedAtMs { get; init; }

    /// <summary>Time of the last change, Unix milliseconds.</summary>
    public long UpdatedAtMs { get; init; }

    /// <summary>The price, and whether its kill switch is set.</summary>
    public override string ToString() => (DynamicPrice is null ? new Msats(FixedAmountMsats).SatoshisRoundedUp.ToString(CultureInfo.InvariantCulture) + " sat" : "price server") + (KillSwitch ? ", stopped" : string.Empty);
}

/// <summary>One route of a paywall: its patterns and its upstream (docs/reference/control-plane.md#records).</summary>
public sealed record PaywallRoute
{
    /// <summary>Identifier, unique in its paywall.</summary>
    public required string RouteId { get; init; }

    /// <summary>The paywall the route belongs to.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Host pattern as given: literal, glob, or a regular expression that starts with <c>^</c>.</summary>
    public required string HostPattern { get; init; }

    /// <summary>Path pattern as given: literal, glob or regular expression.</summary>
    public required string PathPattern { get; init; }

    /// <summary>Absolute URL of the upstream, as given.</summary>
    public required string UpstreamUrl { get; init; }

    /// <summary>Protocol to the upstream; null when the control plane gave neither http nor https.</summary>
    public RouteProtocol? Protocol { get; init; }

    /// <summary>Upstream timeout in milliseconds as given; 0 or less means 15,000.</summary>
    public long TimeoutMs { get; init; }

    /// <summary>Place in the order; smaller numbers are matched first.</summary>
    public long Priority { get; init; }

    /// <summary>Name of the service at the gateway, which sold tokens contain; null for a name made of both ids.</summary>
    public string? ServiceName { get; init; }

    /// <summary>Creation time, Unix milliseconds.</summary>
    public long CreatedAtMs { get; init; }

    /// <summary>Time of the last change, Unix milliseconds.</summary>
    public long UpdatedAtMs { get; init; }

    /// <summary>Patterns of host and path.</summary>
    public override string ToString() => TerminalText.Clean(HostPattern + " " + PathPattern);
}

/// <summary>Life-cycle state of a paywall (docs/reference/control-plane.md#records).</summary>
public enum PaywallStatus
{
    /// <summary>Sells access.</summary>
    Active,

    /// <summary>Does not sell now: its rules compile to closed services.</summary>
    Paused,

    /// <summary>Archived: omitted from a compile.</summary>
    Archived,
}

/// <summary>Protocol between the gateway and an upstream.</summary>
public enum RouteProtocol
{
    /// <summary>Plain HTTP.</summary>
    Http,

    /// <summary>HTTP over TLS.</summary>
    Https,
}
