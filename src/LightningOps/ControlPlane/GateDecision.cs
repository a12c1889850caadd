namespace LightningOps.ControlPlane;

/// <summary>Whether an owner's paywalls may sell now.</summary>
public sealed record GateDecision
{
    /// <summary>Whether they may.</summary>
    public required bool Allowed { get; init; }

    /// <summary><c>global_pause_active</c> or <c>owner_kill_switch_active</c> when they may not.</summary>
    public string? DenyReasonCode { get; init; }

    /// <summary>Why not, for people.</summary>
    public string? DenyReason { get; init; }
}
