namespace LightningOps.ControlPlane;

/// <summary>What lightning/security:setGlobalPause takes.</summary>
public sealed record GlobalPauseChange
{
    /// <summary>Pause or resume.</summary>
    public required bool Active { get; init; }

    /// <summary>Why, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>Who.</summary>
    public string? UpdatedBy { get; init; }
}
