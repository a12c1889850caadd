using System.Collections.Generic;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane.Rules;

namespace LightningOps.Smoke.Security;

/// <summary>A Security smoke as a report.</summary>
internal static class SecurityReport
{
    public static RunReport Of(SecuritySmokeResult smoke) => new()
    {
        Title = "Security smoke",
        Ok = smoke.Ok,
        Outcome = smoke.Ok ? "Everything that must stop a sale stops it, and releases it again." : "Not everything that must stop a sale does.",
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
            ReportCheck.Made("A missing or malformed credential is refused", smoke.FailClosed.Passed, smoke.FailClosed.ErrorCode),
            ReportCheck.Made("The global pause closes the gate", Denies(smoke.GlobalPause, SecurityRules.GlobalPauseCode), Found(smoke.GlobalPause)),
            ReportCheck.Made("An owner's kill switch closes the gate", Denies(smoke.OwnerKillSwitch, SecurityRules.OwnerKillSwitchCode), Found(smoke.OwnerKillSwitch)),
            ReportCheck.Made("The gate opens again", smoke.Recovery.Allowed, Found(smoke.Recovery)),
            ReportCheck.Made("A credential role rotates, is revoked and activated", smoke.CredentialLifecycle.IsAsContracted, "version " + ReportText.Value(string.Empty, smoke.CredentialLifecycle.ActivatedVersion)),
            ReportCheck.Made("The control plane is left as it is wanted", !smoke.StatusSnapshot.GlobalPauseActive, smoke.StatusSnapshot.GlobalPauseActive ? "the global pause is still on" : "no pause is on"),
        ],
        Failures = smoke.FailureReason is { } reason
            ? [new ReportFailure("security_check_failed", reason) { Remedy = "Look at pause, kill switches and credential roles: Get-L402SecurityState." }]
            : [],
        Summary = smoke,
    };

    private static bool Denies(SecurityGateCheck gate, string code) => gate.DeniedWith(code);

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
