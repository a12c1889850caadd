using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;

namespace LightningOps.Smoke.Security;

/// <summary>
/// Moves the switches in a smoke, in the order of vectors/wire.json. Switches that are still set when it fails or is
/// stopped are reset at once, because a smoke must not leave an operator's paywalls closed.
/// </summary>
internal sealed class SecurityDrill
{
    public const string OwnerId = "owner_security_smoke";
    private const string UpdatedBy = "smoke:security";
    private static readonly TimeSpan TimeToTakeBack = TimeSpan.FromSeconds(30);

    private readonly IControlPlane controlPlane;
    private bool mayBePaused;
    private bool mayBeStopped;

    public SecurityDrill(IControlPlane controlPlane) => this.controlPlane = controlPlane;

    /// <summary>Runs a body that moves the switches.</summary>
    /// <exception cref="SmokeLeftoverException">It failed, and its switches could not be reset.</exception>
    public async Task<T> RunAsync<T>(Func<SecurityDrill, Task<T>> body)
    {
        try
        {
            return await body(this).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is LightningOpsException or OperationCanceledException)
        {
            await RestoreAsync(failure).ConfigureAwait(false);
            throw;
        }
    }

    public Task<OwnerControl> StopOwnerAsync(CancellationToken cancellationToken)
    {
        mayBeStopped = true;
        return controlPlane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = OwnerId, Active = true, Reason = "owner kill switch smoke", UpdatedBy = UpdatedBy }, cancellationToken);
    }

    public async Task<OwnerControl> ReleaseOwnerAsync(CancellationToken cancellationToken)
    {
        var released = await controlPlane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = OwnerId, Active = false, UpdatedBy = UpdatedBy }, cancellationToken).ConfigureAwait(false);
        mayBeStopped = false;
        return released;
    }

    public Task<GlobalControl> PauseAsync(CancellationToken cancellationToken)
    {
        mayBePaused = true;
        return controlPlane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true, Reason = "global pause smoke", UpdatedBy = UpdatedBy }, cancellationToken);
    }

    public async Task<GlobalControl> ResumeAsync(CancellationToken cancellationToken)
    {
        var resumed = await controlPlane.SetGlobalPauseAsync(new GlobalPauseChange { Active = false, UpdatedBy = UpdatedBy }, cancellationToken).ConfigureAwait(false);
        mayBePaused = false;
        return resumed;
    }

    /// <summary>The gate of the smoke's owner, read now.</summary>
    public async Task<OwnerGateDecision> GateAsync(CancellationToken cancellationToken) =>
        OwnerGate.Evaluate(await controlPlane.GetSecurityStateAsync(cancellationToken).ConfigureAwait(false), OwnerId);

    private async Task RestoreAsync(Exception failure)
    {
        using var limit = new CancellationTokenSource(TimeToTakeBack);
        try
        {
            if (mayBePaused)
            {
                await ResumeAsync(limit.Token).ConfigureAwait(false);
            }

            if (mayBeStopped)
            {
                await ReleaseOwnerAsync(limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception cause) when (cause is LightningOpsException or OperationCanceledException)
        {
            throw new SmokeLeftoverException(mayBePaused ? "the global pause it had set" : "the kill switch of " + OwnerId, mayBePaused, failure);
        }
    }
}
