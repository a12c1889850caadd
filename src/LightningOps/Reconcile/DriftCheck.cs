using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Observability;

namespace LightningOps.Reconcile;

/// <summary>Compares what a gateway serves with what the control plane wants and works out the plan; changes and records nothing.</summary>
public sealed class DriftCheck
{
    private readonly IControlPlane controlPlane;
    private readonly IGateway gateway;
    private readonly TimeProvider time;
    private readonly IProgress<StageReport>? progress;

    /// <summary>A check of one gateway by the system's clock.</summary>
    /// <param name="controlPlane">What is wanted; whoever made it disposes it.</param>
    /// <param name="gateway">The gateway; whoever made it disposes it.</param>
    /// <param name="progress">Told of each stage; null for nobody.</param>
    public DriftCheck(IControlPlane controlPlane, IGateway gateway, IProgress<StageReport>? progress = null)
        : this(controlPlane, gateway, TimeProvider.System, progress)
    {
    }

    /// <summary>A check of one gateway.</summary>
    /// <param name="controlPlane">What is wanted; whoever made it disposes it.</param>
    /// <param name="gateway">The gateway; whoever made it disposes it.</param>
    /// <param name="time">Clock of the reports.</param>
    /// <param name="progress">Told of each stage; null for nobody.</param>
    public DriftCheck(IControlPlane controlPlane, IGateway gateway, TimeProvider time, IProgress<StageReport>? progress = null)
    {
        this.controlPlane = controlPlane;
        this.gateway = gateway;
        this.time = time;
        this.progress = progress;
    }

    /// <summary>Makes the comparison.</summary>
    /// <param name="options">As for the reconcile that would follow.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LightningOpsException">The control plane or the gateway cannot be read.</exception>
    public Task<DriftResult> RunAsync(ReconcileOptions options, CancellationToken cancellationToken) =>
        Telemetry.TraceAsync("lightningops.drift_check", ActivityKind.Internal, async span =>
        {
            span?.SetTag("lightningops.gateway.name", gateway.Name);
            var result = await CompareAsync(options, cancellationToken).ConfigureAwait(false);
            span?.SetTag("lightningops.drift.status", EnumName.Of(result.Status));
            return result;
        });

    private async Task<DriftResult> CompareAsync(ReconcileOptions options, CancellationToken cancellationToken)
    {
        var timeline = new StageTimeline(time, progress, gateway.Name, options.RequestId);
        var wanted = await WantedConfiguration.ReadAsync(controlPlane, options.Compile, timeline, cancellationToken).ConfigureAwait(false);
        var compile = wanted.Compile;
        var result = new DriftResult
        {
            Gateway = gateway.Name,
            Status = DriftStatus.Undetermined,
            ConfigHash = compile.ConfigHash,
            Valid = compile.Valid,
            Diagnostics = compile.Diagnostics,
        };
        if (!compile.Valid)
        {
            return result with { ClosingPlan = await PlanClosingAsync(wanted, options, timeline, cancellationToken).ConfigureAwait(false) };
        }

        var state = await timeline.RunAsync(ReconcileStage.ActiveLookup, _ => gateway.ReadStateAsync(cancellationToken)).ConfigureAwait(false);
        if (state.RecordFailure is { } unreadable)
        {
            throw unreadable;
        }

        var plan = await timeline.RunAsync(ReconcileStage.Plan, _ => Stoppable.RunAsync(() => gateway.Plan(state, GatewayRollouts.Of(options, compile)), cancellationToken)).ConfigureAwait(false);
        return result with
        {
            Status = plan.IsEmpty ? DriftStatus.InSync
                : plan.IsRefused || IsOnlyWritten(plan, state) ? DriftStatus.Undetermined
                : DriftStatus.InDrift,
            Evidence = state.Evidence,
            ServedConfigHash = state.Active?.ConfigHash,
            Plan = plan,
            ClosingPlan = plan.IsRefused ? PlanClosing(wanted, options, state) : null,
        };
    }

    /// <summary>What is desired is written, and nothing shows that the gateway has loaded it.</summary>
    private static bool IsOnlyWritten(RolloutPlan plan, GatewayState state) =>
        state.Evidence == LiveEvidence.NotKnown && plan.Changes.Count == 0 && state.Active?.ConfigHash == plan.ConfigHash;

    private async Task<RolloutPlan?> PlanClosingAsync(WantedConfiguration wanted, ReconcileOptions options, StageTimeline timeline, CancellationToken cancellationToken)
    {
        if (DeniedServices.Of(wanted) is null)
        {
            return null;
        }

        var state = await timeline.RunAsync(ReconcileStage.ActiveLookup, _ => gateway.ReadStateAsync(cancellationToken)).ConfigureAwait(false);
        return await timeline.RunAsync(ReconcileStage.Plan, _ => Task.FromResult(PlanClosing(wanted, options, state))).ConfigureAwait(false);
    }

    private RolloutPlan? PlanClosing(WantedConfiguration wanted, ReconcileOptions options, GatewayState state) =>
        DeniedServices.Of(wanted) is { } denied ? gateway.PlanClosing(state, denied.Closing(options.RequestId)) : null;
}
