namespace LightningOps.Smoke.FullFlow;

/// <summary>The paywall a full flow is about.</summary>
public sealed record FullFlowPaywall
{
    /// <summary>Whether it is there to be sold.</summary>
    public required bool Ok { get; init; }

    /// <summary>Paywall.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Its first route.</summary>
    public required string RouteId { get; init; }
}
