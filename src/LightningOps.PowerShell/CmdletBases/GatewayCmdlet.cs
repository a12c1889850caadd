using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Leases;
using LightningOps.Reconcile;
using LightningOps.Storage;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that works against one control plane and gateways.</summary>
public abstract class GatewayCmdlet : GatewaySettingsCmdlet
{
    /// <summary>
    /// Control plane: Mock, Local, Api, Convex or Postgres. Defaults to the mode of Connect-LightningOps, then
    /// OA_LIGHTNING_OPS_CONTROL_PLANE_MODE, then Api.
    /// </summary>
    [Parameter]
    public ControlPlaneMode Mode { get; set; }

    /// <summary>The effective mode.</summary>
    /// <exception cref="ConfigException">The mode of the session or the environment does not exist.</exception>
    protected ControlPlaneMode EffectiveMode => IsBound(nameof(Mode)) ? Mode : SessionMode;

    /// <inheritdoc/>
    private protected override ControlPlaneMode RegistryMode => EffectiveMode;

    /// <summary>Opens the effective control plane; the caller disposes it.</summary>
    /// <exception cref="ConfigException">A required setting is missing or malformed.</exception>
    protected IControlPlane OpenControlPlane() => OpenControlPlane(EffectiveMode);

    /// <summary>Whether to break the lease of another process once the operator agrees.</summary>
    private protected virtual bool BreaksLease => false;

    /// <summary>Whether the operator specified not to ask.</summary>
    private protected virtual bool IsForced => false;

    private async Task BreakLeaseAsync(ReconcileStores stores, string gateway, CancellationToken cancellationToken)
    {
        var lease = new BreakableLease(stores.Leases, gateway);
        if (await lease.FindHolderAsync(cancellationToken).ConfigureAwait(false) is not { } holder)
        {
            WriteVerbose("No lease of " + gateway + " has to be broken.");
            return;
        }

        var whom = "the lease of " + gateway + " held by " + holder.Describe();
        var asks = ConfirmThreshold != ConfirmImpact.None && (!IsForced || IsBound("Confirm"));
        if (asks && !ShouldContinue("Break " + whom + "? That process finds out before it sends anything more. A command that it started, such as a reload, is not stopped.", "Break the lease of another process"))
        {
            return;
        }

        WriteWarning(await lease.BreakAsync(holder, cancellationToken).ConfigureAwait(false) ? "Broke " + whom + "." : "Did not break " + whom + ": another process holds it now.");
    }

    /// <summary>Name of the operator that was specified; null if none was.</summary>
    private protected virtual string? ClaimedBy => null;

    /// <summary>Writes an entry for each gateway and adds the head of the journal to the results.</summary>
    private protected async Task<RolloutSequenceResult> JournalAsync(RolloutSequenceResult result, ReconcileOptions options)
    {
        var steps = result.Steps.ToArray();
        await KeepSnapshotsAsync(steps).ConfigureAwait(false);
        for (var place = 0; place < steps.Length; place++)
        {
            if (RolloutEntries.Create(steps[place], options) is { } deed
                && await JournalAsync(EffectiveMode, deed with { ClaimedBy = ClaimedBy }).ConfigureAwait(false) is { } head
                && steps[place].Result is { } reconcile)
            {
                steps[place] = steps[place] with { Result = reconcile with { JournalHead = head } };
            }
        }

        return result with { Steps = steps };
    }

    /// <summary>Writes the entry before the first write of a roll-out.</summary>
    private protected Task JournalBegunAsync(JournalDraft deed, Action<string> warn) => JournalAsync(EffectiveMode, deed with { ClaimedBy = ClaimedBy }, warn);

    private async Task KeepSnapshotsAsync(IEnumerable<RolloutStep> steps)
    {
        using var journal = OpenSnapshots(StoreAccess.Write);
        foreach (var step in steps)
        {
            if (step.Result is { } result && journal?.Snapshots is { } store)
            {
                await DeploymentSnapshots.TryKeepAsync(result, store, WriteWarning).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Why a gateway is not reconciled; null if it is, or if that cannot be read, because a stop must not wait for it.</summary>
    private protected async Task<ReconcileSuspension?> FindSuspensionAsync(string gateway, CancellationToken cancellationToken)
    {
        try
        {
            using var journal = OpenSnapshots(StoreAccess.Read);
            return journal?.Snapshots is { } store ? await store.FindSuspensionAsync(gateway, cancellationToken).ConfigureAwait(false) : null;
        }
        catch (LightningOpsException failure)
        {
            WriteWarning("It is not known whether " + gateway + " may be reconciled: " + failure.Message);
            return null;
        }
    }

    /// <summary>Opens the store of snapshots; the caller disposes it. Null if there is none.</summary>
    private protected OperatorJournal? OpenSnapshots(StoreAccess access) =>
        OperatorJournal.Open(ControlPlaneSettings.From(EffectiveEnvironment, EffectiveMode) with { StoreAccess = access }, EffectiveEnvironment);

    /// <summary>Rolls out to gateways one after the other.</summary>
    /// <param name="controlPlane">The control plane.</param>
    /// <param name="agreed">The gateways, each with its confirmed plan; null if no confirmation was needed.</param>
    /// <param name="options">Options of each reconcile.</param>
    /// <param name="rollbackAll">Whether the gateways before the failed one are rolled back, too.</param>
    /// <param name="progress">Receives each stage.</param>
    /// <param name="cancellationToken">Stops it; the running reconcile ends rolled back or applied.</param>
    private protected async Task<RolloutSequenceResult> RollOutAsync(
        IControlPlane controlPlane, IReadOnlyList<(IGateway Gateway, RolloutPlan? Plan)> agreed, ReconcileOptions options, bool rollbackAll, IProgress<StageReport> progress, CancellationToken cancellationToken)
    {
        var stores = new List<ReconcileStores>();
        try
        {
            var reconcilers = new List<Reconciler>();
            foreach (var (gateway, _) in agreed)
            {
                var own = OpenStores(gateway, EffectiveMode);
                stores.Add(own);
                if (BreaksLease)
                {
                    await BreakLeaseAsync(own, gateway.Name, cancellationToken).ConfigureAwait(false);
                }

                reconcilers.Add(new Reconciler(controlPlane, gateway, own, progress, Observability) { Journal = JournalBegunAsync, Suspension = await FindSuspensionAsync(gateway.Name, cancellationToken).ConfigureAwait(false) });
            }

            var result = await new RolloutSequence(reconcilers)
                .RunAsync(options with { Drains = Drains }, rollbackAll, agreed.Select(static one => one.Plan).ToArray(), cancellationToken)
                .ConfigureAwait(false);
            return await JournalAsync(result, options).ConfigureAwait(false);
        }
        finally
        {
            stores.ForEach(static store => store.Dispose());
        }
    }
}
