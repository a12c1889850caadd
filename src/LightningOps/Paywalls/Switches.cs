using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Serialization;

namespace LightningOps.Paywalls;

/// <summary>Answer of lightning/security:getControlPlaneSecurityState.</summary>
public sealed record SecurityState
{
    /// <summary>The global pause.</summary>
    public required GlobalControl Global { get; init; }

    /// <summary>Kill switches, one per owner that ever had one.</summary>
    public required IReadOnlyList<OwnerControl> OwnerControls { get; init; }

    /// <summary>Credential roles that have a state.</summary>
    public required IReadOnlyList<CredentialRoleState> CredentialRoles { get; init; }

    /// <summary>Whether the control plane could not be read and only denials set on this machine are known. Other sales are not allowed because of that.</summary>
    [JsonIgnore]
    public bool IsPartial { get; init; }

    /// <summary>The pause, and how many owners are stopped.</summary>
    public override string ToString() => TerminalText.Clean("global pause " + Global + FormattableString.Invariant($"; stopped owners: {OwnerControls.Count(static owner => owner.KillSwitch)}") + (IsPartial ? ", others are not known" : string.Empty));
}

/// <summary>The global pause (member global of the security state).</summary>
public sealed record GlobalControl
{
    /// <summary>Identifier of the state.</summary>
    public required string StateId { get; init; }

    /// <summary>Whether everything is paused.</summary>
    public required bool GlobalPause { get; init; }

    /// <summary><c>global_pause_active</c> while paused.</summary>
    public string? DenyReasonCode { get; init; }

    /// <summary>Reason, for people.</summary>
    public string? DenyReason { get; init; }

    /// <summary>User who changed it last.</summary>
    public string? UpdatedBy { get; init; }

    /// <summary>Time of the last change, Unix milliseconds.</summary>
    public long UpdatedAtMs { get; init; }

    /// <summary>Whether everything is paused, why, by whom and when.</summary>
    public override string ToString() => (GlobalPause ? "ON" : "off") + SwitchText.Describe(GlobalPause, DenyReason, UpdatedBy, UpdatedAtMs);
}

/// <summary>The kill switch of an owner.</summary>
public sealed record OwnerControl
{
    /// <summary>Owner.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Whether everything of the owner is stopped.</summary>
    public required bool KillSwitch { get; init; }

    /// <summary><c>owner_kill_switch_active</c> while on.</summary>
    public string? DenyReasonCode { get; init; }

    /// <summary>Reason, for people.</summary>
    public string? DenyReason { get; init; }

    /// <summary>User who changed it last.</summary>
    public string? UpdatedBy { get; init; }

    /// <summary>Time of the last change, Unix milliseconds.</summary>
    public long UpdatedAtMs { get; init; }

    /// <summary>The owner, whether it is stopped, why, by whom and when.</summary>
    public override string ToString() => OwnerId + (KillSwitch ? ": stopped" : ": not stopped") + SwitchText.Describe(KillSwitch, DenyReason, UpdatedBy, UpdatedAtMs);
}

/// <summary>Text about the last change of a switch.</summary>
internal static class SwitchText
{
    /// <summary>Reason, author and time, if known.</summary>
    public static string Describe(bool isOn, string? reason, string? updatedBy, long updatedAtMs) =>
        (isOn && !string.IsNullOrEmpty(reason) ? ": " + reason : string.Empty)
        + (string.IsNullOrEmpty(updatedBy) ? string.Empty : ", by " + updatedBy)
        + (updatedAtMs == 0 ? string.Empty : ", " + DateTimeOffset.FromUnixTimeMilliseconds(updatedAtMs).UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC");
}

/// <summary>Arguments of lightning/security:setGlobalPause.</summary>
public sealed record GlobalPauseChange
{
    /// <summary>Pause or resume.</summary>
    public required bool Active { get; init; }

    /// <summary>Reason, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>User who set it.</summary>
    public string? UpdatedBy { get; init; }
}

/// <summary>Arguments of lightning/security:setOwnerKillSwitch.</summary>
public sealed record OwnerKillSwitchChange
{
    /// <summary>Owner.</summary>
    public required string OwnerId { get; init; }

    /// <summary>On or off.</summary>
    public required bool Active { get; init; }

    /// <summary>Reason, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>User who set it.</summary>
    public string? UpdatedBy { get; init; }
}
