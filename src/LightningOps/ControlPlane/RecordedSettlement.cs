namespace LightningOps.ControlPlane;

/// <summary>A settlement in a store with what its report correlates it to.</summary>
public sealed record RecordedSettlement
{
    /// <summary>The settlement.</summary>
    public required Settlement Settlement { get; init; }

    /// <summary>Payment hash of the report, hex.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>Task the purchase belongs to.</summary>
    public string? TaskId { get; init; }

    /// <summary>Route that was bought.</summary>
    public string? RouteId { get; init; }
}
