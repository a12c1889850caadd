using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;
using LightningOps.Settings;

namespace LightningOps.Security;

/// <summary>
/// Checks everything that can close the gate of an owner: global pause, kill switches, then the operator credentials
/// (docs/reference/control-plane.md#owner-gate). Anything unreadable denies; a failure never allows.
/// </summary>
public sealed class GateCheck
{
    private readonly SecurityState? state;
    private readonly CredentialValidationException? credentialFailure;

    private GateCheck(SecurityState? state, LightningOpsException? failure, CredentialValidationException? credentialFailure)
    {
        this.state = state;
        Failure = failure;
        this.credentialFailure = credentialFailure;
    }

    /// <summary>Why the security state could not be read, or null.</summary>
    public LightningOpsException? Failure { get; }

    /// <summary>Reads the state once, for any number of owners.</summary>
    /// <param name="open">Opens the control plane, which is disposed here; its failure denies, too.</param>
    /// <param name="environment">Source of the operator's credentials.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <exception cref="OperationCanceledException">Cancelled; there is no result, and nothing is allowed.</exception>
    public static async Task<GateCheck> ReadAsync(Func<IControlPlane> open, OperatorEnvironment environment, CancellationToken cancellationToken)
    {
        var credentials = CredentialFailure(environment);
        try
        {
            using var controlPlane = open();
            return new GateCheck(await controlPlane.GetSecurityStateAsync(cancellationToken).ConfigureAwait(false), null, credentials);
        }
        catch (LightningOpsException failure)
        {
            return new GateCheck(null, failure, credentials);
        }
    }

    /// <summary>The gate of one owner.</summary>
    public GateResult GetResult(string ownerId)
    {
        if (state is null)
        {
            return Denied(ownerId, GateResultSource.SecurityState, Failure!.Tag, Failure.Message);
        }

        var decision = OwnerGate.Evaluate(state, ownerId);
        if (!decision.Allowed)
        {
            var source = decision.DenyReasonCode == SecurityRules.GlobalPauseCode ? GateResultSource.GlobalPause : GateResultSource.OwnerKillSwitch;
            return Denied(ownerId, source, decision.DenyReasonCode!, decision.DenyReason);
        }

        if (state.IsPartial)
        {
            return Denied(ownerId, GateResultSource.SecurityState, "ControlPlaneUnavailable", "The control plane cannot be read. Only the switches that were set on this machine are known.");
        }

        return credentialFailure is null
            ? new GateResult { OwnerId = ownerId, Allowed = true }
            : Denied(ownerId, GateResultSource.Credentials, credentialFailure.Code, credentialFailure.Message);
    }

    private static GateResult Denied(string ownerId, GateResultSource source, string code, string? reason) =>
        new() { OwnerId = ownerId, Allowed = false, Source = source, DenyReasonCode = code, DenyReason = reason };

    private static CredentialValidationException? CredentialFailure(OperatorEnvironment environment)
    {
        try
        {
            OperatorCredentials.Validate(environment);
            return null;
        }
        catch (CredentialValidationException failure)
        {
            return failure;
        }
    }
}

/// <summary>Whether an owner is allowed to sell now, and the reason if not.</summary>
public sealed record GateResult
{
    /// <summary>Owner of the gate.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Whether sales are allowed: the state was read, nothing is paused or killed, and the operator credentials are valid.</summary>
    public required bool Allowed { get; init; }

    /// <summary>
    /// <c>global_pause_active</c>, <c>owner_kill_switch_active</c>, <c>missing_credential_role</c>, <c>invalid_credential_role</c>,
    /// or the tag of the failure to read the state, for example <c>ControlPlaneTransportError</c>; null when allowed.
    /// </summary>
    public string? DenyReasonCode { get; init; }

    /// <summary>Reason for people, without a secret; null when allowed.</summary>
    public string? DenyReason { get; init; }

    /// <summary>What closed the gate; null when allowed.</summary>
    public GateResultSource? Source { get; init; }
}

/// <summary>What closed the gate of an owner; written in lower snake case.</summary>
public enum GateResultSource
{
    /// <summary>The security state could not be read: deny.</summary>
    SecurityState,

    /// <summary>The global pause.</summary>
    GlobalPause,

    /// <summary>The owner's kill switch.</summary>
    OwnerKillSwitch,

    /// <summary>A missing or malformed operator credential.</summary>
    Credentials,
}
