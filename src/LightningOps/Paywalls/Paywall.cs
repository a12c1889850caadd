using System.Collections.Generic;

namespace LightningOps.Paywalls;

/// <summary>A hosted paywall: its policy and the routes that are sold under it (docs/reference/control-plane.md#records).</summary>
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

    /// <summary>Passed through untouched.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>Creation time, Unix milliseconds.</summary>
    public long CreatedAtMs { get; init; }

    /// <summary>Time of the last change, Unix milliseconds.</summary>
    public long UpdatedAtMs { get; init; }

    /// <summary>Price, caps, quotas and switches.</summary>
    public required PaywallPolicy Policy { get; init; }

    /// <summary>The routes sold, in the order received.</summary>
    public required IReadOnlyList<PaywallRoute> Routes { get; init; }
}
