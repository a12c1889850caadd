using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;

namespace LightningOps.Security;

/// <summary>
/// One look at everything that can close the gate of an owner: global pause, kill switches, then the operator's credentials
/// (docs/reference/control-plane.md#owner-gate). What cannot be read denies; nothing that fails ever allows.
/// </summary>
public sealed class GateReading
{
    private readonly SecurityState? state;
    private readonly CredentialValidationException? credentialFailure;

    private GateReading(SecurityState? state, LightningOpsException? failure, CredentialValidationException? credentialFailure)
    {
        this.state = state;
        Failure = failure;
        this.credentialFailure = credentialFailure;
    }

    /// <summary>Why the security state could not be read, or null.</summary>
    public LightningOpsException? Failure { get; }

    /// <summary>Looks once, for any number of owners.</summary>
    /// <param name="open">Opens the control plane, which is disposed here; its failure denies, too.</param>
    /// <param name="environment">Where the operator's credentials are.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException">Cancelled: there is no reading, and nothing is allowed.</exception>
    public static async Task<GateReading> TakeAsync(Func<IControlPlane> open, OperatorEnvironment environment, CancellationToken cancellationToken)
    {
        var credentials = CredentialFailure(environment);
        try
        {
            using var controlPlane = open();
            return new GateReading(await controlPlane.GetSecurityStateAsync(cancellationToken).ConfigureAwait(false), null, credentials);
        }
        catch (LightningOpsException failure)
        {
            return new GateReading(null, failure, credentials);
        }
    }

    /// <summary>The gate of one owner.</summary>
    public GateResult Of(string ownerId)
    {
        if (state is null)
        {
            return Denied(ownerId, GateSource.SecurityState, Failure!.Tag, Failure.Message);
        }

        var decision = OwnerGate.Evaluate(state, ownerId);
        if (!decision.Allowed)
        {
            var source = decision.DenyReasonCode == SecurityRules.GlobalPauseCode ? GateSource.GlobalPause : GateSource.OwnerKillSwitch;
            return Denied(ownerId, source, decision.DenyReasonCode!, decision.DenyReason);
        }

        return credentialFailure is null
            ? new GateResult { OwnerId = ownerId, Allowed = true }
            : Denied(ownerId, GateSource.Credentials, credentialFailure.Code, credentialFailure.Message);
    }

    private static GateResult Denied(string ownerId, GateSource source, string code, string? reason) =>
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
