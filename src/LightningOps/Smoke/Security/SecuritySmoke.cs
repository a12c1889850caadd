using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Observability;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Security;
using LightningOps.Settings;

namespace LightningOps.Smoke.Security;

/// <summary>
/// Moves every security control of a control plane and checks the gate: missing and malformed credentials, global
/// pause, kill switch of a separate owner, recovery, and a credential role that is rotated, revoked and activated.
/// </summary>
internal sealed class SecuritySmoke : ISmoke
{
    private const CredentialRole Role = CredentialRole.GatewayInvoice;

    public SmokeName Name => SmokeName.Security;

    public ControlPlaneMode? DefaultMode => null;

    public bool NeedsGateway => false;

    public bool UsesScratchStore => true;

    public async Task<ISmokeResult> RunAsync(SmokeRequest request, CancellationToken cancellationToken)
    {
        var before = request.KeepsState ? await RefuseOverActiveAsync(request.ControlPlane, cancellationToken).ConfigureAwait(false) : null;
        var result = await new SecurityDrill(request.ControlPlane)
            .RunAsync(drill => CheckAsync(drill, request.ControlPlane, cancellationToken))
            .ConfigureAwait(false);
        if (before is not null)
        {
            await CredentialRoleRestore.RunAsync(request.ControlPlane, before, Role, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    private static async Task<SecuritySmokeResult> CheckAsync(SecurityDrill drill, IControlPlane controlPlane, CancellationToken cancellationToken)
    {
        await drill.StopOwnerAsync(cancellationToken).ConfigureAwait(false);
        await drill.PauseAsync(cancellationToken).ConfigureAwait(false);
        var paused = await drill.GateAsync(cancellationToken).ConfigureAwait(false);
        await drill.ResumeAsync(cancellationToken).ConfigureAwait(false);
        var stopped = await drill.GateAsync(cancellationToken).ConfigureAwait(false);
        await drill.ReleaseOwnerAsync(cancellationToken).ConfigureAwait(false);
        var credentials = await MoveCredentialAsync(controlPlane, cancellationToken).ConfigureAwait(false);
        var left = await controlPlane.GetSecurityStateAsync(cancellationToken).ConfigureAwait(false);
        return new SecuritySmokeResult
        {
            ExecutionPath = ExecutionPaths.HostedNode,
            FailClosed = CheckCredentials(),
            GlobalPause = SecurityGateCheck.From(paused),
            OwnerKillSwitch = SecurityGateCheck.From(stopped),
            Recovery = SecurityGateCheck.From(OwnerGate.Evaluate(left, SecurityDrill.OwnerId)),
            CredentialLifecycle = credentials,
            StatusSnapshot = SecurityStatusSnapshot.From(left),
        };
    }

    private static async Task<CredentialLifecycleCheck> MoveCredentialAsync(IControlPlane controlPlane, CancellationToken cancellationToken)
    {
        var rotated = await controlPlane.RotateCredentialRoleAsync(Change("rotation started", "fp_gateway_rotate_smoke"), cancellationToken).ConfigureAwait(false);
        var revoked = await controlPlane.RevokeCredentialRoleAsync(Change("rotation revoked", null), cancellationToken).ConfigureAwait(false);
        var activated = await controlPlane.ActivateCredentialRoleAsync(Change("rotation recovered", "fp_gateway_active_smoke"), cancellationToken).ConfigureAwait(false);
        return new CredentialLifecycleCheck
        {
            RotatedVersion = rotated.Version,
            RevokedStatus = revoked.Status,
            ActivatedStatus = activated.Status,
            ActivatedVersion = activated.Version,
        };
    }

    private static CredentialRoleChange Change(string note, string? fingerprint) => new() { Role = Role, Note = note, Fingerprint = fingerprint };

    /// <summary>None of these operators exists. The check is that none of them would be accepted.</summary>
    private static FailClosedCheck CheckCredentials()
    {
        var missing = OperatorCredentials.GetFailure(new OperatorEnvironment(static _ => null), Role);
        var tooShort = OperatorCredentials.GetFailure(new OperatorEnvironment(static _ => "short"), Role);
        var spaced = OperatorCredentials.GetFailure(new OperatorEnvironment(static _ => "white space within it"), Role);
        return new FailClosedCheck
        {
            Passed = missing?.Code == CredentialValidationException.MissingCode
                && tooShort?.Code == CredentialValidationException.InvalidCode
                && spaced?.Code == CredentialValidationException.InvalidCode,
            ErrorTag = missing?.Tag,
            ErrorCode = missing?.Code,
            Role = missing?.Role,
            Field = missing?.Field,
        };
    }

    private static async Task<SecurityState> RefuseOverActiveAsync(IControlPlane controlPlane, CancellationToken cancellationToken)
    {
        var state = await controlPlane.GetSecurityStateAsync(cancellationToken).ConfigureAwait(false);
        return state.Global.GlobalPause ? throw new SmokeRefusedException("The global pause")
            : OwnerGate.Evaluate(state, SecurityDrill.OwnerId).Allowed ? state
            : throw new SmokeRefusedException("The kill switch of " + SecurityDrill.OwnerId);
    }
}

/// <summary>Restores the state, fingerprint and note of a credential role; its version stays higher. A role without a state is left revoked.</summary>
internal static class CredentialRoleRestore
{
    public static Task RunAsync(IControlPlane controlPlane, SecurityState before, CredentialRole role, CancellationToken cancellationToken)
    {
        var known = before.CredentialRoles.FirstOrDefault(state => state.Role == CredentialRoleTexts.GetText(role));
        var change = new CredentialRoleChange { Role = role, Fingerprint = known?.Fingerprint, Note = known?.Note };
        return known switch
        {
            null => controlPlane.RevokeCredentialRoleAsync(change with { Note = "left by smoke:security" }, cancellationToken),
            _ when Is(CredentialRoleStatus.Revoked) => controlPlane.RevokeCredentialRoleAsync(change with { Fingerprint = null }, cancellationToken),
            _ when Is(CredentialRoleStatus.Rotating) => controlPlane.RotateCredentialRoleAsync(change, cancellationToken),
            _ when Is(CredentialRoleStatus.Active) => controlPlane.ActivateCredentialRoleAsync(change, cancellationToken),

            // An unknown state cannot be restored, so no credential is accepted until an operator decides.
            _ => controlPlane.RevokeCredentialRoleAsync(change with { Fingerprint = null }, cancellationToken),
        };

        bool Is(CredentialRoleStatus status) => known.Status == CredentialRoleTexts.GetText(status);
    }
}

/// <summary>A smoke that failed and could not restore its changes (<c>SmokeLeftover</c>).</summary>
public sealed class SmokeLeftoverException : LightningOpsException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="what">What may still be set.</param>
    /// <param name="isPause">Whether it closes every paywall.</param>
    /// <param name="cause">Why the smoke failed.</param>
    public SmokeLeftoverException(string what, bool isPause, Exception cause)
        : base(
            "SmokeLeftover",
            "The smoke failed (" + cause.Message + ") and could not lift " + what + (isPause ? ". Every paywall may be closed." : "."),
            isPause ? "Check Get-L402SecurityState, then lift the pause: Set-L402GlobalPause -Inactive." : "Check Get-L402SecurityState, then lift the kill switch: Set-L402OwnerKillSwitch " + SecurityDrill.OwnerId + " -Inactive.",
            cause)
    {
    }
}

/// <summary>A smoke that would undo a setting of an operator (<c>SmokeRefused</c>); nothing was done.</summary>
public sealed class SmokeRefusedException : LightningOpsException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="what">The setting.</param>
    public SmokeRefusedException(string what)
        : base("SmokeRefused", what + " is on, and the smoke would lift it. Nothing was done.", "Run the smoke after it is lifted, or in Local mode, which uses its own store.")
    {
    }
}
