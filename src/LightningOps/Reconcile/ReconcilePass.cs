using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Reconcile.Leases;
using LightningOps.Reconcile.Outbox;

namespace LightningOps.Reconcile;

/// <summary>What all parts of one pass work with.</summary>
/// <param name="ControlPlane">What is wanted, and where deployments are recorded.</param>
/// <param name="Gateway">The gateway.</param>
/// <param name="Outbox">Where what the control plane could not be told is kept.</param>
/// <param name="Time">Clock of every time recorded and every limit.</param>
/// <param name="Options">What the pass is to do.</param>
/// <param name="Timeline">Runs its stages.</param>
/// <param name="Lease">The gateway's lease.</param>
internal sealed record ReconcilePass(
    IControlPlane ControlPlane, IGateway Gateway, IOutbox Outbox, TimeProvider Time, ReconcileOptions Options, StageTimeline Timeline, ILease Lease)
{
    /// <summary>What the operator should know besides how it ended.</summary>
    public List<ReconcileWarning> Warnings { get; } = [];

    /// <summary>To be called before something is sent.</summary>
    /// <exception cref="LeaseLostException">Another may hold it.</exception>
    public async Task RequireLeaseAsync()
    {
        if (!await Lease.ConfirmAsync().ConfigureAwait(false))
        {
            throw new LeaseLostException(Lease.Lost);
        }
    }

    /// <summary>Adds a warning, once.</summary>
    public void Warn(string code, string message)
    {
        var warning = new ReconcileWarning(code, message);
        if (!Warnings.Contains(warning))
        {
            Warnings.Add(warning);
        }
    }
}
