using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.Paywalls;

namespace LightningOps.Smoke.Security;

/// <summary>Result of the Security smoke; members in the order of vectors/smoke/security.json.</summary>
public sealed record SecuritySmokeResult : ISmokeResult, IReportable
{
    /// <inheritdoc/>
    public bool Ok => FailureReason is null;

    /// <summary>Always <c>hosted-node</c>.</summary>
    public required string ExecutionPath { get; init; }

    /// <summary>Whether missing and malformed credentials are refused.</summary>
    public required FailClosedCheck FailClosed { get; init; }

    /// <summary>The gate of the smoke owner during a global pause.</summary>
    public required SecurityGateCheck GlobalPause { get; init; }

    /// <summary>The same gate while the kill switch of that owner is on.</summary>
    public required SecurityGateCheck OwnerKillSwitch { get; init; }

    /// <summary>The same gate after both switches are off again.</summary>
    public required SecurityGateCheck Recovery { get; init; }

    /// <summary>A credential role through rotation, revocation and activation.</summary>
    public required CredentialLifecycleCheck CredentialLifecycle { get; init; }

    /// <summary>State of the control plane after the smoke.</summary>
    public required SecurityStatusSnapshot StatusSnapshot { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string? FailureReason =>
        !FailClosed.Passed ? "a missing or malformed credential was accepted."
        : !GlobalPause.IsDeniedWith(SecurityRules.GlobalPauseCode) ? "the global pause did not close the gate: " + GlobalPause + "."
        : !OwnerKillSwitch.IsDeniedWith(SecurityRules.OwnerKillSwitchCode) ? "the kill switch did not close the gate: " + OwnerKillSwitch + "."
        : !Recovery.Allowed ? "the gate stayed closed after the switches were off: " + Recovery + "."
        : !CredentialLifecycle.IsAsContracted ? "the credential role did not rotate, revoke and activate: " + CredentialLifecycle + "."
        : StatusSnapshot.GlobalPauseActive ? "the global pause is still on."
        : !StatusSnapshot.CredentialRoles.Any(static role => role.Role == CredentialRoleTexts.GetText(CredentialRole.GatewayInvoice) && role.Status == CredentialRoleTexts.GetText(CredentialRoleStatus.Active)) ? "the state does not show the activated role."
        : null;

    RunReport IReportable.ToReport() => SecurityReport.Create(this);
}

/// <summary>A credential role rotated, revoked and activated.</summary>
public sealed record CredentialLifecycleCheck
{
    /// <summary>Version the rotation began.</summary>
    public required long RotatedVersion { get; init; }

    /// <summary>State after the revocation.</summary>
    public required string RevokedStatus { get; init; }

    /// <summary>State after the activation.</summary>
    public required string ActivatedStatus { get; init; }

    /// <summary>Version after the activation: one above the revoked one.</summary>
    public required long ActivatedVersion { get; init; }

    /// <summary>Whether the states and versions are those of docs/reference/control-plane.md#store-rules.</summary>
    [JsonIgnore]
    public bool IsAsContracted =>
        RotatedVersion >= 1 && RevokedStatus == CredentialRoleTexts.GetText(CredentialRoleStatus.Revoked) && ActivatedStatus == CredentialRoleTexts.GetText(CredentialRoleStatus.Active) && ActivatedVersion == RotatedVersion + 1;
}

/// <summary>State of one credential role.</summary>
/// <param name="Role">Role.</param>
/// <param name="Status">State.</param>
/// <param name="Version">Counts rotations, from 1.</param>
public sealed record CredentialRoleSnapshot(string Role, string Status, long Version);

/// <summary>Results for missing credentials, too short ones and ones with white space.</summary>
public sealed record FailClosedCheck
{
    /// <summary>Whether all of them were refused with the code of the contract.</summary>
    public required bool Passed { get; init; }

    /// <summary><c>CredentialValidationError</c>.</summary>
    public string? ErrorTag { get; init; }

    /// <summary>Code for missing credentials: <c>missing_credential_role</c>.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The first role checked.</summary>
    public CredentialRole? Role { get; init; }

    /// <summary>Its environment variable.</summary>
    public string? Field { get; init; }

    /// <summary>The outcome.</summary>
    public override string ToString() => (Passed ? "passed" : "failed") + (ErrorCode is null ? string.Empty : " (" + ErrorCode + ")");
}

/// <summary>The gate of the smoke's owner at one moment.</summary>
public sealed record SecurityGateCheck
{
    /// <summary>Whether it was open.</summary>
    public required bool Allowed { get; init; }

    /// <summary>What closed it.</summary>
    public string? DenyReasonCode { get; init; }

    internal static SecurityGateCheck From(OwnerGateDecision decision) => new() { Allowed = decision.Allowed, DenyReasonCode = decision.DenyReasonCode };

    internal bool IsDeniedWith(string code) => !Allowed && DenyReasonCode == code;

    /// <summary>The decision.</summary>
    public override string ToString() => Allowed ? "allowed" : "denied (" + DenyReasonCode + ")";
}

/// <summary>State of the control plane after the smoke.</summary>
public sealed record SecurityStatusSnapshot
{
    /// <summary>Whether everything is paused.</summary>
    public required bool GlobalPauseActive { get; init; }

    /// <summary>Number of stopped owners.</summary>
    public required int ActiveOwnerKillSwitches { get; init; }

    /// <summary>The credential roles that have a state.</summary>
    public required IReadOnlyList<CredentialRoleSnapshot> CredentialRoles { get; init; }

    internal static SecurityStatusSnapshot From(SecurityState state) => new()
    {
        GlobalPauseActive = state.Global.GlobalPause,
        ActiveOwnerKillSwitches = state.OwnerControls.Count(static owner => owner.KillSwitch),
        CredentialRoles = state.CredentialRoles.Select(static role => new CredentialRoleSnapshot(role.Role, role.Status, role.Version)).ToArray(),
    };
}

/// <summary>A Security smoke as a report.</summary>
internal static class SecurityReport
{
    public static RunReport Create(SecuritySmokeResult smoke) => new()
    {
        Title = "Security smoke",
        Ok = smoke.Ok,
        Outcome = smoke.Ok ? "Pause and kill switch stop sales, and lifting them resumes sales." : "A control that must stop sales does not.",
        Facts =
        [
            new ReportFact("Execution path", smoke.ExecutionPath),
            new ReportFact("Global pause now", smoke.StatusSnapshot.GlobalPauseActive ? "on" : "off"),
            new ReportFact("Kill switches on now", ReportText.Value(string.Empty, smoke.StatusSnapshot.ActiveOwnerKillSwitches)),
        ],
        Timeline =
        [
            Event("security.fail_closed", smoke.FailClosed.Passed, ("errorCode", smoke.FailClosed.ErrorCode), ("field", smoke.FailClosed.Field)),
            Event("security.global_pause", Denies(smoke.GlobalPause, SecurityRules.GlobalPauseCode), ("denyReasonCode", smoke.GlobalPause.DenyReasonCode)),
            Event("security.owner_kill_switch", Denies(smoke.OwnerKillSwitch, SecurityRules.OwnerKillSwitchCode), ("denyReasonCode", smoke.OwnerKillSwitch.DenyReasonCode)),
            Event("security.recovery", smoke.Recovery.Allowed, ("allowed", smoke.Recovery.Allowed)),
            Event(
                "security.credential_lifecycle",
                smoke.CredentialLifecycle.IsAsContracted,
                ("rotatedVersion", smoke.CredentialLifecycle.RotatedVersion),
                ("activatedVersion", smoke.CredentialLifecycle.ActivatedVersion)),
        ],
        Checks =
        [
            ReportCheck.Create("A missing or malformed credential is refused", smoke.FailClosed.Passed, smoke.FailClosed.ErrorCode),
            ReportCheck.Create("The global pause closes the gate", Denies(smoke.GlobalPause, SecurityRules.GlobalPauseCode), Found(smoke.GlobalPause)),
            ReportCheck.Create("An owner's kill switch closes the gate", Denies(smoke.OwnerKillSwitch, SecurityRules.OwnerKillSwitchCode), Found(smoke.OwnerKillSwitch)),
            ReportCheck.Create("The gate opens again", smoke.Recovery.Allowed, Found(smoke.Recovery)),
            ReportCheck.Create("A credential role rotates, is revoked and activated", smoke.CredentialLifecycle.IsAsContracted, "version " + ReportText.Value(string.Empty, smoke.CredentialLifecycle.ActivatedVersion)),
            ReportCheck.Create("The global pause is lifted", !smoke.StatusSnapshot.GlobalPauseActive, smoke.StatusSnapshot.GlobalPauseActive ? "the global pause is still on" : "no global pause is on"),
        ],
        Failures = smoke.FailureReason is { } reason
            ? [new ReportFailure("security_check_failed", reason) { Remedy = "Check the pause, kill switches and credential roles: Get-L402SecurityState." }]
            : [],
        Summary = smoke,
    };

    private static bool Denies(SecurityGateCheck gate, string code) => gate.IsDeniedWith(code);

    private static string Found(SecurityGateCheck gate) => gate.Allowed ? "open" : "closed: " + gate.DenyReasonCode;

    private static RunEvent Event(string stage, bool ok, params (string Name, object? Value)[] details)
    {
        var told = new Dictionary<string, object>();
        foreach (var (name, value) in details)
        {
            if (value is not null)
            {
                told[name] = value;
            }
        }

        return new RunEvent(0, stage, "smoke:security", ok ? "ok" : "failed") { Details = told };
    }
}
