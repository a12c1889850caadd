using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Leases;
using LightningOps.Reconcile.Outbox;

namespace LightningOps.Reconcile;

/// <summary>Common objects of all parts of one pass.</summary>
/// <param name="controlPlane">Source of the desired configuration and recorder of deployments.</param>
/// <param name="gateway">The gateway.</param>
/// <param name="outbox">Outbox for records that the control plane could not receive.</param>
/// <param name="time">Clock of all recorded times and limits.</param>
/// <param name="options">Options of the pass.</param>
/// <param name="timeline">Runs its stages.</param>
/// <param name="lease">The gateway's lease.</param>
internal sealed class ReconcilePass(IControlPlane controlPlane, IGateway gateway, IOutbox outbox, TimeProvider time, ReconcileOptions options, StageTimeline timeline, Lease lease)
{
    /// <summary>Source of the desired configuration and recorder of deployments.</summary>
    public IControlPlane ControlPlane => controlPlane;

    /// <summary>The gateway.</summary>
    public IGateway Gateway => gateway;

    /// <summary>Outbox for records that the control plane could not receive.</summary>
    public IOutbox Outbox => outbox;

    /// <summary>Clock of all recorded times and limits.</summary>
    public TimeProvider Time => time;

    /// <summary>Options of the pass.</summary>
    public ReconcileOptions Options => options;

    /// <summary>Runs its stages.</summary>
    public StageTimeline Timeline => timeline;

    /// <summary>The gateway's lease.</summary>
    public Lease Lease => lease;

    /// <summary>Earlier roll-outs that count for the guard rails; null if none are kept.</summary>
    public GuardRailHistory? History { get; init; }

    /// <summary>Adds an entry to the journal; receives what was done and who is warned if that fails. Null without a journal.</summary>
    public Func<JournalDraft, Action<string>, Task>? Journal { get; init; }

    /// <summary>Warnings for the operator, besides the outcome.</summary>
    public List<ReconcileWarning> Warnings { get; } = [];

    /// <summary>Time limit of a call that ends a run, plus the time of a restart if the gateway restarts.</summary>
    public TimeSpan WindDownTimeout => options.WindDownTimeout + (gateway is IRestarted restarted ? restarted.RestartLimit : TimeSpan.Zero);

    /// <summary>Must be called before something is sent.</summary>
    /// <exception cref="LeaseLostException">Another process may hold it.</exception>
    public async Task RequireLeaseAsync()
    {
        if (!await Lease.ConfirmAsync().ConfigureAwait(false))
        {
            throw new LeaseLostException(Lease.Lost);
        }
    }

    /// <summary>Reports the gateway's single changes as changes of a stage.</summary>
    public void ShowChanges(ReconcileStage stage)
    {
        if (Gateway is IChangeProgress counted)
        {
            counted.Changed = (done, all) => Timeline.ReportChanges(stage, done, all);
        }
    }

    /// <summary>Adds a warning, once.</summary>
    public void Warn(string code, string message, string? reason = null)
    {
        var warning = new ReconcileWarning(code, message) { Reason = reason };
        if (!Warnings.Contains(warning))
        {
            Warnings.Add(warning);
        }
    }
}
