using System;

namespace LightningOps.Paywalls;

/// <summary>Pause, kill switches and the life cycle of a credential role (docs/reference/control-plane.md#store-rules).</summary>
internal static class SecurityRules
{
    /// <summary>Identifier of the only global state.</summary>
    public const string GlobalStateId = "global";

    /// <summary>Reason code of the global pause.</summary>
    public const string GlobalPauseCode = "global_pause_active";

    /// <summary>Reason code of an owner's kill switch.</summary>
    public const string OwnerKillSwitchCode = "owner_kill_switch_active";

    /// <summary>The initial state.</summary>
    public static GlobalControl NeverPaused { get; } = new() { StateId = GlobalStateId, GlobalPause = false };

    /// <summary>The global pause after a change.</summary>
    public static GlobalControl Apply(GlobalPauseChange change, long nowMs) => new()
    {
        StateId = GlobalStateId,
        GlobalPause = change.Active,
        DenyReasonCode = change.Active ? GlobalPauseCode : null,
        DenyReason = change.Active ? GetReasonOrDefault(change.Reason, "Global paywall pause is active") : null,
        UpdatedBy = change.UpdatedBy,
        UpdatedAtMs = nowMs,
    };

    /// <summary>An owner's kill switch after a change.</summary>
    public static OwnerControl Apply(OwnerKillSwitchChange change, long nowMs) => new()
    {
        OwnerId = change.OwnerId,
        KillSwitch = change.Active,
        DenyReasonCode = change.Active ? OwnerKillSwitchCode : null,
        DenyReason = change.Active ? GetReasonOrDefault(change.Reason, "Owner kill switch is active") : null,
        UpdatedBy = change.UpdatedBy,
        UpdatedAtMs = nowMs,
    };

    /// <summary>A role whose rotation begins, with the next version.</summary>
    public static CredentialRoleState Rotate(CredentialRoleState? known, CredentialRoleChange change, long nowMs) => new()
    {
        Role = CredentialRoleTexts.GetText(change.Role),
        Status = CredentialRoleTexts.GetText(CredentialRoleStatus.Rotating),
        Version = Math.Max(1, (known?.Version ?? 0) + 1),
        Fingerprint = change.Fingerprint,
        Note = change.Note,
        UpdatedAtMs = nowMs,
        LastRotatedAtMs = nowMs,
    };

    /// <summary>Activates a role with the version of the finished rotation, else with the next version.</summary>
    public static CredentialRoleState Activate(CredentialRoleState? known, CredentialRoleChange change, long nowMs)
    {
        var endsRotation = known?.Status == CredentialRoleTexts.GetText(CredentialRoleStatus.Rotating);
        return new()
        {
            Role = CredentialRoleTexts.GetText(change.Role),
            Status = CredentialRoleTexts.GetText(CredentialRoleStatus.Active),
            Version = endsRotation ? known!.Version : Math.Max(1, (known?.Version ?? 0) + 1),
            Fingerprint = change.Fingerprint ?? (endsRotation ? known!.Fingerprint : null),
            Note = change.Note,
            UpdatedAtMs = nowMs,
            LastRotatedAtMs = known?.LastRotatedAtMs,
        };
    }

    /// <summary>A revoked role: same version, no fingerprint.</summary>
    public static CredentialRoleState Revoke(CredentialRoleState? known, CredentialRoleChange change, long nowMs) => new()
    {
        Role = CredentialRoleTexts.GetText(change.Role),
        Status = CredentialRoleTexts.GetText(CredentialRoleStatus.Revoked),
        Version = Math.Max(1, known?.Version ?? 0),
        Note = change.Note,
        UpdatedAtMs = nowMs,
        LastRotatedAtMs = known?.LastRotatedAtMs,
        RevokedAtMs = nowMs,
    };

    private static string GetReasonOrDefault(string? reason, string general) =>
        reason is null || string.IsNullOrWhiteSpace(reason) ? general : reason;
}
