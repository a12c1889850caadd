using System.Linq;
using System.Text.Json.Serialization;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;

namespace LightningOps.Smoke.Security;

/// <summary>What the Security smoke found; members in the order of vectors/smoke/security.json.</summary>
public sealed class SecuritySmokeResult : ISmokeResult, IReportable
{
    /// <inheritdoc/>
    public bool Ok => FailureReason is null;

    /// <summary>Always <c>hosted-node</c>.</summary>
    public required string ExecutionPath { get; init; }

    /// <summary>Whether missing and malformed credentials are refused.</summary>
    public required FailClosedCheck FailClosed { get; init; }

    /// <summary>The gate of the smoke's owner while everything is paused.</summary>
    public required SecurityGateCheck GlobalPause { get; init; }

    /// <summary>The same gate while only that owner is stopped.</summary>
    public required SecurityGateCheck OwnerKillSwitch { get; init; }

    /// <summary>The same gate after both switches are off again.</summary>
    public required SecurityGateCheck Recovery { get; init; }

    /// <summary>A credential role through rotation, revocation and activation.</summary>
    public required CredentialLifecycleCheck CredentialLifecycle { get; init; }

    /// <summary>How the smoke left the control plane.</summary>
    public required SecurityStatusSnapshot StatusSnapshot { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string? FailureReason =>
        !FailClosed.Passed ? "a missing or malformed credential was taken."
        : !GlobalPause.DeniedWith(SecurityRules.GlobalPauseCode) ? "the global pause did not close the gate: " + GlobalPause + "."
        : !OwnerKillSwitch.DeniedWith(SecurityRules.OwnerKillSwitchCode) ? "the kill switch did not close the gate: " + OwnerKillSwitch + "."
        : !Recovery.Allowed ? "the gate stayed closed after the switches were off: " + Recovery + "."
        : !CredentialLifecycle.IsAsContracted ? "the credential role did not rotate, revoke and activate: " + CredentialLifecycle + "."
        : StatusSnapshot.GlobalPauseActive ? "the global pause is still on."
        : !StatusSnapshot.CredentialRoles.Any(static role => role.Role == CredentialRoleTexts.GetText(CredentialRole.GatewayInvoice) && role.Status == CredentialRoleTexts.GetText(CredentialRoleStatus.Active)) ? "the state does not show the activated role."
        : null;

    RunReport IReportable.ToReport() => SecurityReport.Of(this);
}
