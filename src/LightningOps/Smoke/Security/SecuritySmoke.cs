using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Reconcile;
using LightningOps.Security;

namespace LightningOps.Smoke.Security;

/// <summary>
/// Moves every security control of a control plane and checks what the gate says: credentials that are missing or
/// malformed, global pause, kill switch of an owner of its own, recovery, and a credential role rotated, revoked, activated.
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
            ExecutionPath = DeploymentMetadata.HostedNode,
            FailClosed = CheckCredentials(),
            GlobalPause = SecurityGateCheck.Of(paused),
            OwnerKillSwitch = SecurityGateCheck.Of(stopped),
            Recovery = SecurityGateCheck.Of(OwnerGate.Evaluate(left, SecurityDrill.OwnerId)),
            CredentialLifecycle = credentials,
            StatusSnapshot = SecurityStatusSnapshot.Of(left),
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

    /// <summary>None of these operators exists: what is checked is that none of them would be let in.</summary>
    private static FailClosedCheck CheckCredentials()
    {
        var missing = OperatorCredentials.FailureOf(new OperatorEnvironment(static _ => null), Role);
        var tooShort = OperatorCredentials.FailureOf(new OperatorEnvironment(static _ => "short"), Role);
        var spaced = OperatorCredentials.FailureOf(new OperatorEnvironment(static _ => "white space within it"), Role);
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
