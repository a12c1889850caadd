using System.Text.Json.Serialization;
using LightningOps.Paywalls;

namespace LightningOps.Compile;

/// <summary>One route of one paywall, as compiled: what matches, what it costs, where it goes.</summary>
public sealed record CompiledRule
{
    /// <summary><c>paywallId:routeId</c>.</summary>
    public required string RuleId { get; init; }

    /// <summary>Paywall that sells.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Route sold.</summary>
    public required string RouteId { get; init; }

    /// <summary>Aperture service name, safe inside a caveat (docs/reference/aperture.md#service-name).</summary>
    public required string ServiceName { get; init; }

    /// <summary>Host pattern, trimmed and lower-cased.</summary>
    public required string Host { get; init; }

    /// <summary>Path pattern, trimmed, with a leading slash.</summary>
    public required string Path { get; init; }

    /// <summary>Go RE2 expression for the Host header; null in the RouteDocument rendering.</summary>
    public string? HostRegexp { get; init; }

    /// <summary>Go RE2 expression for the URL path; null in the RouteDocument rendering.</summary>
    public string? PathRegexp { get; init; }

    /// <summary>Upstream URL, trimmed.</summary>
    public required string UpstreamUrl { get; init; }

    /// <summary>Protocol to the upstream.</summary>
    public required RouteProtocol Protocol { get; init; }

    /// <summary>Upstream timeout in milliseconds.</summary>
    public required long TimeoutMs { get; init; }

    /// <summary>The smaller number is matched first.</summary>
    public required long Priority { get; init; }

    /// <summary>Price, millisatoshis, as the paywall states it.</summary>
    public required Msats AmountMsats { get; init; }

    /// <summary>Price, whole satoshis, rounded up.</summary>
    [JsonIgnore]
    public long PriceSats => AmountMsats.SatoshisRoundedUp;

    /// <summary>Requests a minute for one credential, or null.</summary>
    public long? QuotaPerMinute { get; init; }

    /// <summary>Requests a day for one credential, or null.</summary>
    public long? QuotaPerDay { get; init; }

    /// <summary>Why the rule is a closed service (the gate's diagnostic code), or null when it sells.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>Whether the rule sells nothing and reaches nothing.</summary>
    [JsonIgnore]
    public bool IsClosed => ClosedBy is not null;
}
