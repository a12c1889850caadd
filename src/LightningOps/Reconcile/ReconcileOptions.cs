using System;
using System.Collections.Generic;
using System.Threading;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Endpoints;
using LightningOps.Paywalls;

namespace LightningOps.Reconcile;

/// <summary>Options of one reconcile.</summary>
public sealed record ReconcileOptions
{
    /// <summary>Request id; deployment ids are derived from it.</summary>
    public required string RequestId { get; init; }

    /// <summary>Rendering, and whether the gateway serves an admin API; the security state is read from the control plane.</summary>
    public CompileOptions Compile { get; init; } = new();

    /// <summary>The paywalls where the caller has just listed them; null lists them.</summary>
    internal IReadOnlyList<Paywall>? Listed { get; init; }

    /// <summary>
    /// The switch that was set or released just now: only what it is about is closed or reopened, and other pending changes are
    /// named. Null rolls out everything.
    /// </summary>
    public SwitchScope? Switch { get; init; }

    /// <summary>Removes services that have no record of having been made here.</summary>
    public bool Prune { get; init; }

    /// <summary>Rolls out even if the gateway cannot carry rate limits or rewrites.</summary>
    public bool AllowMissingFeatures { get; init; }

    /// <summary>Rolls out to an admin gateway although a restart may let a broader service answer what is closed.</summary>
    public bool AllowOrderLoss { get; init; }

    /// <summary>Allows a roll-out to remove the price server (<c>dynamicprice</c>) of a service, which ends every credential sold for it.</summary>
    public bool AllowDynamicPriceLoss { get; init; }

    /// <summary>Reopens what another store stopped; without it such a roll-out is refused.</summary>
    public bool OverrideStop { get; init; }

    /// <summary>While the global pause is set: closes services that this store did not make, too, and keeps their text.</summary>
    public bool CloseOthers { get; init; }

    /// <summary>Paywalls that were just suspended: their services are closed even if the paywalls cannot be listed.</summary>
    public IReadOnlyList<Paywall> Suspended { get; init; } = Array.Empty<Paywall>();

    /// <summary>
    /// The plan approved by the operator; if the plan differs when it is sent, nothing is sent (<see
    /// cref="ReconcileFailureCodes.PlanChanged"/>). Null sends any plan.
    /// </summary>
    public RolloutPlan? ApprovedPlan { get; init; }

    /// <summary>Limits of what is rolled out where nobody agreed to the plan; null for none. What is denied is closed whatever they say.</summary>
    public GuardRails? Limits { get; init; }

    /// <summary>
    /// The basis of a plan from a file: if the gateway, the control plane or its switches have moved since, nothing is sent
    /// (<see cref="ReconcileFailureCodes.PlanStale"/>), and what is denied is closed.
    /// </summary>
    public PlanBasis? Basis { get; init; }

    /// <summary>How the endpoints of gateways are drained while they are changed, by the name of the gateway; a close never waits for it.</summary>
    public IReadOnlyDictionary<string, EndpointDrain> Drains { get; init; } = new Dictionary<string, EndpointDrain>();

    /// <summary>Access log that says how many requests a restart of a file gateway costs; null takes Aperture's own log, where it can be read.</summary>
    public string? AccessLogPath { get; init; }

    /// <summary>Who approved <see cref="ApprovedPlan"/>, for the journal; null where nobody was named.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>Kind of the entry in the journal.</summary>
    public JournalKind JournalKind { get; init; } = JournalKind.Rollout;

    /// <summary>Action of the entry in the journal; null for that of the options.</summary>
    public string? JournalAction { get; init; }

    /// <summary>Maximum number of changed selling rules, and of closed rules, that the gateway is asked for, the most expensive first.</summary>
    public int ProbeLimit { get; init; } = 20;

    /// <summary>Maximum wait for another reconcile of the same gateway; zero by default.</summary>
    public TimeSpan LeaseWait { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// Closes what a pause or kill switch denies although another reconcile holds the lease when <see cref="LeaseWait"/> is
    /// over. Nothing else is rolled out then, and the gateway is not known to stay closed.
    /// </summary>
    public bool ClosesWithoutLease { get; init; }

    /// <summary>
    /// Cancelled when the process is being ended while a stop is carried out: the stop is finished, but the start of a gateway
    /// is waited for only shortly.
    /// </summary>
    public CancellationToken Terminated { get; init; }

    /// <summary>
    /// Time limit of each call made to end a run that failed or was cancelled: the roll-back, the last records.
    /// The caller's cancellation does not stop these.
    /// </summary>
    public TimeSpan WindDownTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
