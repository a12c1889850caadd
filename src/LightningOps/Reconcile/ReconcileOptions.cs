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

    /// <summary>The paywalls if the caller has just listed them; null to list them.</summary>
    internal IReadOnlyList<Paywall>? Listed { get; init; }

    /// <summary>
    /// The switch that was just set or released. Only its services are closed or reopened, and other pending changes
    /// are reported. Null rolls out everything.
    /// </summary>
    public SwitchScope? Switch { get; init; }

    /// <summary>Removes services without a record of having been made here.</summary>
    public bool Prune { get; init; }

    /// <summary>Rolls out even if the gateway cannot carry rate limits or rewrites.</summary>
    public bool AllowMissingFeatures { get; init; }

    /// <summary>Rolls out to an admin gateway even if a restart may let a broader service answer requests of a closed one.</summary>
    public bool AllowOrderLoss { get; init; }

    /// <summary>Allows a roll-out to remove the price server (<c>dynamicprice</c>) of a service, which ends every credential sold for it.</summary>
    public bool AllowDynamicPriceLoss { get; init; }

    /// <summary>Reopens services stopped by another store; otherwise such a roll-out is refused.</summary>
    public bool OverrideStop { get; init; }

    /// <summary>While the global pause is set, closes services of others, too, and keeps their text.</summary>
    public bool CloseOthers { get; init; }

    /// <summary>Paywalls that were just suspended: their services are closed even if the paywalls cannot be listed.</summary>
    public IReadOnlyList<Paywall> Suspended { get; init; } = Array.Empty<Paywall>();

    /// <summary>
    /// The plan approved by the operator; if the plan differs when it is sent, nothing is sent (<see
    /// cref="ReconcileFailureCodes.PlanChanged"/>). Null sends any plan.
    /// </summary>
    public RolloutPlan? ApprovedPlan { get; init; }

    /// <summary>Limits of a roll-out without an approved plan; null for none. Denied services are always closed.</summary>
    public GuardRails? Limits { get; init; }

    /// <summary>
    /// The basis of a plan from a file. If the gateway, the control plane or its switches have moved since, nothing
    /// is sent (<see cref="ReconcileFailureCodes.PlanStale" />), and denied services are closed.
    /// </summary>
    public PlanBasis? Basis { get; init; }

    /// <summary>The drain of each gateway's endpoints during a change, by the name of the gateway. A close never waits for it.</summary>
    public IReadOnlyDictionary<string, EndpointDrain> Drains { get; init; } = new Dictionary<string, EndpointDrain>();

    /// <summary>Access log for the number of requests that a restart of a file gateway costs; null for Aperture's own log, if it can be read.</summary>
    public string? AccessLogPath { get; init; }

    /// <summary>Approver of <see cref="ApprovedPlan" />, for the journal; null if none was named.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>Kind of the entry in the journal.</summary>
    public JournalKind JournalKind { get; init; } = JournalKind.Rollout;

    /// <summary>Whether an earlier deployment is rolled out that the control plane does not ask for.</summary>
    public bool IsGatewayOnly { get; init; }

    /// <summary>Action of the entry in the journal; null to derive it from the options.</summary>
    public string? JournalAction { get; init; }

    /// <summary>Maximum number of changed selling rules, and of closed rules, that are probed, the most expensive first.</summary>
    public int ProbeLimit { get; init; } = 20;

    /// <summary>Maximum wait for another reconcile of the same gateway; zero by default.</summary>
    public TimeSpan LeaseWait { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// Closes denied services even if another reconcile still holds the lease when <see cref="LeaseWait" /> is over.
    /// Nothing else is rolled out then, and the gateway is not known to stay closed.
    /// </summary>
    public bool ClosesWithoutLease { get; init; }

    /// <summary>
    /// Cancelled when the process is being ended during a stop. The stop is finished, but the start of a gateway is
    /// awaited only briefly.
    /// </summary>
    public CancellationToken Terminated { get; init; }

    /// <summary>
    /// Time limit of each call that ends a failed or cancelled run: the roll-back, the last records. The caller's
    /// cancellation does not stop these.
    /// </summary>
    public TimeSpan WindDownTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
