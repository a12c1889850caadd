namespace LightningOps.ControlPlane;

/// <summary>The kill switch of an owner.</summary>
public sealed record OwnerControl
{
    /// <summary>Owner.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Whether everything of the owner is stopped.</summary>
    public required bool KillSwitch { get; init; }

    /// <summary><c>owner_kill_switch_active</c> while on.</summary>
    public string? DenyReasonCode { get; init; }

    /// <summary>Why, for people.</summary>
    public string? DenyReason { get; init; }

    /// <summary>Who changed it last.</summary>
    public string? UpdatedBy { get; init; }

    /// <summary>Time of the last change, Unix milliseconds.</summary>
    public long UpdatedAtMs { get; init; }
}
