namespace LightningOps.ControlPlane;

/// <summary>Which settlements to list: all conditions given must hold.</summary>
public sealed record SettlementQuery
{
    /// <summary>One settlement only.</summary>
    public string? SettlementId { get; init; }

    /// <summary>Settlements of one paywall.</summary>
    public string? PaywallId { get; init; }

    /// <summary>Settlements of one owner.</summary>
    public string? OwnerId { get; init; }

    /// <summary>At most so many, the newest; 100 by default.</summary>
    public int First { get; init; } = 100;
}
