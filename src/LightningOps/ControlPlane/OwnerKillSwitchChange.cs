namespace LightningOps.ControlPlane;

/// <summary>What lightning/security:setOwnerKillSwitch takes.</summary>
public sealed record OwnerKillSwitchChange
{
    /// <summary>Owner.</summary>
    public required string OwnerId { get; init; }

    /// <summary>On or off.</summary>
    public required bool Active { get; init; }

    /// <summary>Why, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>Who.</summary>
    public string? UpdatedBy { get; init; }
}
