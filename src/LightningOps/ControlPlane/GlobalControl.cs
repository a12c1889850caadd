namespace LightningOps.ControlPlane;

/// <summary>The global pause (member global of the security state).</summary>
public sealed record GlobalControl
{
    /// <summary>Identifier of the state.</summary>
    public required string StateId { get; init; }

    /// <summary>Whether everything is paused.</summary>
    public required bool GlobalPause { get; init; }

    /// <summary><c>global_pause_active</c> while paused.</summary>
    public string? DenyReasonCode { get; init; }

    /// <summary>Why, for people.</summary>
    public string? DenyReason { get; init; }

    /// <summary>Who changed it last.</summary>
    public string? UpdatedBy { get; init; }

    /// <summary>Time of the last change, Unix milliseconds.</summary>
    public long UpdatedAtMs { get; init; }
}
