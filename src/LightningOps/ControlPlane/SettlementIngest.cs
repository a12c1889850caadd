namespace LightningOps.ControlPlane;

/// <summary>Answer to a settlement report.</summary>
public sealed record SettlementIngest
{
    /// <summary>Whether the settlement was known already: the first record is kept.</summary>
    public required bool Existed { get; init; }

    /// <summary>The settlement.</summary>
    public required Settlement Settlement { get; init; }

    /// <summary>The invoice it settled, when it is linked to one.</summary>
    public Invoice? Invoice { get; init; }
}
