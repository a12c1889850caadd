namespace LightningOps.Paywalls;

/// <summary>One route of a paywall: what it matches and where it goes (docs/reference/control-plane.md#records).</summary>
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

    /// <summary>Place in the order: the smaller number is matched first.</summary>
    public long Priority { get; init; }

    /// <summary>Creation time, Unix milliseconds.</summary>
    public long CreatedAtMs { get; init; }

    /// <summary>Time of the last change, Unix milliseconds.</summary>
    public long UpdatedAtMs { get; init; }
}
