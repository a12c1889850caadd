using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;

namespace LightningOps.ControlPlane.Offline;

/// <summary>
/// A control plane with the denials that were set here while it could not be reached. They are sent before anything
/// else, hold here until it knows them, and are never dropped without a notice.
/// </summary>
internal class OfflineControlPlane : IControlPlane
{
    /// <summary>
    /// Maximum difference between the clocks of two machines. Within it the order of two switches is not known, and
    /// the denying one prevails.
    /// </summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly IControlPlane inner;
    private readonly PendingSwitches pending;
    private readonly string name;
    private readonly TimeProvider time;
    private readonly Action<string> warn;
    private readonly List<PendingSwitch> unsaved = [];
    private readonly List<PendingSwitch> recorded = [];
    private bool isTold;
    private bool isUnreadable;

    /// <param name="inner">The control plane; disposed here.</param>
    /// <param name="pending">The pending switches.</param>
    /// <param name="name">Name of the control plane.</param>
    /// <param name="time">Clock of the switches set here.</param>
    /// <param name="warn">Receives messages about pending, sent and overruled switches.</param>
    public OfflineControlPlane(IControlPlane inner, PendingSwitches pending, string name, TimeProvider time, Action<string> warn)
    {
        this.inner = inner;
        this.pending = pending;
        this.name = name;
        this.time = time;
        this.warn = warn;
    }

    /// <summary>Whether to keep a denial here that cannot be sent.</summary>
    public bool KeepsDenials { get; init; }

    public async Task<IReadOnlyList<Paywall>> ListPaywallsAsync(CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);
        return await inner.ListPaywallsAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<Deployment> RecordDeploymentAsync(DeploymentIntent intent, CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);
        return await inner.RecordDeploymentAsync(intent, cancellationToken).ConfigureAwait(false);
    }

    public async Task<GatewayEvent> RecordEventAsync(GatewayEventDraft draft, CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);
        return await inner.RecordEventAsync(draft, cancellationToken).ConfigureAwait(false);
    }

    public async Task<InvoiceIngestResult> IngestInvoiceAsync(InvoiceUpdate update, CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);
        return await inner.IngestInvoiceAsync(update, cancellationToken).ConfigureAwait(false);
    }

    public async Task<SettlementIngestResult> IngestSettlementAsync(SettlementWithProof report, CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);
        return await inner.IngestSettlementAsync(report, cancellationToken).ConfigureAwait(false);
    }

    public async Task<SecurityState> GetSecurityStateAsync(CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);
        var waiting = Waiting();
        try
        {
            var state = With(await inner.GetSecurityStateAsync(cancellationToken).ConfigureAwait(false), waiting);
            return isUnreadable ? state with { IsPartial = true } : state;
        }
        catch (LightningOpsException) when (waiting.Count + recorded.Count > 0)
        {
            var nothing = new SecurityState { Global = new GlobalControl { StateId = "global", GlobalPause = false }, OwnerControls = [], CredentialRoles = [], IsPartial = true };
            return With(nothing, [.. recorded.Where(one => waiting.All(other => other.OwnerId != one.OwnerId)), .. waiting]);
        }
    }

    public async Task<GlobalControl> SetGlobalPauseAsync(GlobalPauseChange change, CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var control = await inner.SetGlobalPauseAsync(change, cancellationToken).ConfigureAwait(false);
            Forget(null);
            Remember(null, change.Active, control.DenyReason, control.UpdatedBy, control.UpdatedAtMs);
            return control;
        }
        catch (LightningOpsException failure) when (KeepsDenials && change.Active)
        {
            return Global(Keep(null, change.Reason, change.UpdatedBy, failure));
        }
    }

    public async Task<OwnerControl> SetOwnerKillSwitchAsync(OwnerKillSwitchChange change, CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var control = await inner.SetOwnerKillSwitchAsync(change, cancellationToken).ConfigureAwait(false);
            Forget(change.OwnerId);
            Remember(change.OwnerId, change.Active, control.DenyReason, control.UpdatedBy, control.UpdatedAtMs);
            return control;
        }
        catch (LightningOpsException failure) when (KeepsDenials && change.Active)
        {
            return Owner(Keep(change.OwnerId, change.Reason, change.UpdatedBy, failure));
        }
    }

    public Task<CredentialRoleState> RotateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => inner.RotateCredentialRoleAsync(change, cancellationToken);

    public Task<CredentialRoleState> ActivateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => inner.ActivateCredentialRoleAsync(change, cancellationToken);

    public Task<CredentialRoleState> RevokeCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => inner.RevokeCredentialRoleAsync(change, cancellationToken);

    public void Dispose() => inner.Dispose();

    private static GlobalControl Global(PendingSwitch one) => new()
    {
        StateId = "global",
        GlobalPause = true,
        DenyReasonCode = SecurityRules.GlobalPauseCode,
        DenyReason = one.Reason,
        UpdatedBy = one.UpdatedBy,
        UpdatedAtMs = one.SetAtMs,
    };

    private static OwnerControl Owner(PendingSwitch one) => new()
    {
        OwnerId = one.OwnerId!,
        KillSwitch = true,
        DenyReasonCode = SecurityRules.OwnerKillSwitchCode,
        DenyReason = one.Reason,
        UpdatedBy = one.UpdatedBy,
        UpdatedAtMs = one.SetAtMs,
    };

    /// <summary>A state with the pending denials.</summary>
    private static SecurityState With(SecurityState state, IReadOnlyList<PendingSwitch> waiting)
    {
        var owners = waiting.Where(one => one.OwnerId is not null).Select(Owner).ToArray();
        return waiting.Count == 0 ? state : state with
        {
            Global = waiting.FirstOrDefault(one => one.OwnerId is null) is { } pause ? Global(pause) : state.Global,
            OwnerControls = [.. state.OwnerControls.Where(known => owners.All(one => one.OwnerId != known.OwnerId)), .. owners],
        };
    }

    private PendingSwitch Keep(string? owner, string? reason, string? updatedBy, LightningOpsException failure)
    {
        var kept = new PendingSwitch { ControlPlane = name, OwnerId = owner, Reason = reason, UpdatedBy = updatedBy, SetAtMs = time.GetUtcNow().ToUnixTimeMilliseconds() };
        isTold = true;
        try
        {
            pending.Add(kept);
        }
        catch (ConfigException unkept)
        {
            unsaved.Add(kept);
            warn("NOT PENDING: " + kept + " holds for this command only. " + unkept.Message + " " + unkept.Remedy);
            return kept;
        }

        warn("Set on this machine only: " + kept + " is pending, and the control plane does not know it yet (" + failure.Message + "). It is sent before anything else by the next command.");
        return kept;
    }

    /// <summary>The pending switches. If they cannot be read, only denials are allowed.</summary>
    private IReadOnlyList<PendingSwitch> Waiting()
    {
        try
        {
            return [.. pending.Read(), .. unsaved];
        }
        catch (ConfigException failure)
        {
            if (!isUnreadable)
            {
                isUnreadable = true;
                warn(failure.Message + " " + failure.Remedy);
            }

            return unsaved;
        }
    }

    /// <summary>Keeps a denial that the control plane has recorded, in case it cannot be read afterwards.</summary>
    private void Remember(string? owner, bool isActive, string? reason, string? updatedBy, long updatedAtMs)
    {
        recorded.RemoveAll(one => one.OwnerId == owner);
        if (KeepsDenials && isActive)
        {
            recorded.Add(new PendingSwitch { ControlPlane = name, OwnerId = owner, Reason = reason, UpdatedBy = updatedBy, SetAtMs = updatedAtMs });
        }
    }

    private void Forget(string? owner)
    {
        foreach (var known in Waiting().Where(one => one.OwnerId == owner))
        {
            pending.Remove(known);
        }
    }

    /// <summary>Sends what waits, before the control plane itself is used; what cannot be sent goes on waiting, which is told.</summary>
    public void SendPending() => SendAsync(CancellationToken.None).GetAwaiter().GetResult();

    private protected async Task SendAsync(CancellationToken cancellationToken)
    {
        if (isTold || Waiting() is not { Count: > 0 } waiting)
        {
            return;
        }

        isTold = true;
        try
        {
            var state = await inner.GetSecurityStateAsync(cancellationToken).ConfigureAwait(false);
            foreach (var one in waiting)
            {
                await SendAsync(one, state, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (LightningOpsException failure)
        {
            warn("Pending, set on this machine and not known to the control plane: " + string.Join(", ", Waiting()) + ". " + failure.Message);
        }
    }

    private async Task SendAsync(PendingSwitch one, SecurityState state, CancellationToken cancellationToken)
    {
        var (isActive, updatedAtMs) = one.OwnerId is null
            ? (state.Global.GlobalPause, state.Global.UpdatedAtMs)
            : state.OwnerControls.FirstOrDefault(known => known.OwnerId == one.OwnerId) is { } owner ? (owner.KillSwitch, owner.UpdatedAtMs) : (false, 0L);
        if (!isActive && updatedAtMs - one.SetAtMs > ClockTolerance.TotalMilliseconds)
        {
            pending.Remove(one);
            warn("Not sent: " + one + ", set on this machine, was lifted in the control plane later.");
            return;
        }

        if (!isActive)
        {
            if (one.OwnerId is null)
            {
                await inner.SetGlobalPauseAsync(new GlobalPauseChange { Active = true, Reason = one.Reason, UpdatedBy = one.UpdatedBy }, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await inner.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = one.OwnerId, Active = true, Reason = one.Reason, UpdatedBy = one.UpdatedBy }, cancellationToken).ConfigureAwait(false);
            }
        }

        pending.Remove(one);
        warn("No longer pending: the control plane knows " + one + ", which was set on this machine.");
    }
}
