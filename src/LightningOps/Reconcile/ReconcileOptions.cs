using System;
using LightningOps.Compile;
using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>What one reconcile is to do.</summary>
public sealed record ReconcileOptions
{
    /// <summary>Request it runs under; deployment ids are made of it.</summary>
    public required string RequestId { get; init; }

    /// <summary>Rendering, and whether the gateway serves an admin API; the security state is read from the control plane.</summary>
    public CompileOptions Compile { get; init; } = new();

    /// <summary>Removes services that have no record of having been made here.</summary>
    public bool Prune { get; init; }

    /// <summary>Rolls out although the gateway cannot carry rate limits or rewrites.</summary>
    public bool AllowMissingFeatures { get; init; }

    /// <summary>Rolls out to an admin gateway although a restart may let a broader service answer what is closed.</summary>
    public bool AllowOrderLoss { get; init; }

    /// <summary>Reopens what another store stopped; without it such a roll-out is refused.</summary>
    public bool OverrideStop { get; init; }

    /// <summary>
    /// The plan the operator agreed to; when the plan is another by the time it is to be sent, nothing is
    /// (<see cref="ReconcileFailureCodes.PlanChanged"/>). Null sends whatever the plan is.
    /// </summary>
    public RolloutPlan? ApprovedPlan { get; init; }

    /// <summary>How long to wait for another reconcile of the same gateway; not at all by default.</summary>
    public TimeSpan LeaseWait { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// Closes what a pause or kill switch denies although another reconcile holds the lease when <see cref="LeaseWait"/> is
    /// over. Nothing else is rolled out then, and the gateway is not known to stay closed.
    /// </summary>
    public bool ClosesWithoutLease { get; init; }

    /// <summary>
    /// Time limit of each call made to end a run that failed or was cancelled: the roll-back, the last records.
    /// The caller's cancellation does not stop these.
    /// </summary>
    public TimeSpan WindDownTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
