namespace LightningOps.Security;

/// <summary>Whether an owner may sell now, and what forbids it.</summary>
public sealed record GateResult
{
    /// <summary>Owner asked about.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Whether it may: the state was read, nothing is paused or killed, and the operator's credentials are valid.</summary>
    public required bool Allowed { get; init; }

    /// <summary>
    /// <c>global_pause_active</c>, <c>owner_kill_switch_active</c>, <c>missing_credential_role</c>, <c>invalid_credential_role</c>,
    /// or the tag of the failure to read the state, for example <c>ControlPlaneTransportError</c>; null when allowed.
    /// </summary>
    public string? DenyReasonCode { get; init; }

    /// <summary>Why not, for people, without a secret; null when allowed.</summary>
    public string? DenyReason { get; init; }

    /// <summary>What closed the gate; null when allowed.</summary>
    public GateSource? Source { get; init; }
}
