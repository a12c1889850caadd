using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>
/// Rolls one valid compile out to one gateway under its lease (contracts/gateway.md, Reconcile, 3 to 7). Once something
/// was sent it ends applied or rolled back, whatever is cancelled.
/// </summary>
internal sealed class Rollout
{
    private readonly IGateway gateway;
    private readonly TimeProvider time;
    private readonly ReconcileOptions options;
    private readonly CompileResult compile;
    private readonly StageTimeline timeline;
    private readonly DeploymentJournal journal;
    private readonly GatewayChecks checks;
    private readonly RolloutEnding ending;
    private readonly GatewayRollout rollout;
    private GatewayState? before;
    private GatewayDeployment? active;
    private RolloutPlan? plan;
    private bool isSent;

    public Rollout(
        IGateway gateway, TimeProvider time, ReconcileOptions options, CompileResult compile, StageTimeline timeline, DeploymentJournal journal, ICollection<ReconcileWarning> warnings, ProbeRoute? probe)
    {
        this.gateway = gateway;
        this.time = time;
        this.options = options;
        this.compile = compile;
        this.timeline = timeline;
        this.journal = journal;
        checks = new GatewayChecks(gateway, probe, timeline, journal, warnings);
        ending = new RolloutEnding(gateway, time, options, timeline, journal, warnings);
        rollout = GatewayRollouts.Of(options, compile);
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="leaseLost">Cancelled when another may be at work: then nothing more is sent.</param>
    /// <param name="stop">Cancelled by the operator or by the loss of the lease.</param>
    public async Task<RolloutEnd> RunAsync(CancellationToken leaseLost, CancellationToken stop)
    {
        var failure = await RecordPendingAsync(stop).ConfigureAwait(false)
            ?? await LookUpAsync(stop).ConfigureAwait(false)
            ?? await PlanAsync(stop).ConfigureAwait(false)
            ?? await BringUpAsync(stop).ConfigureAwait(false)
            ?? await checks.SaleAsync(stop).ConfigureAwait(false);
        if (failure is { IsCancellation: true } && leaseLost.IsCancellationRequested)
        {
            failure = failure with { Code = ReconcileFailureCodes.LeaseLost, Reason = "the lease ran out" };
        }
        else if (failure is { IsCancellation: true } && isSent && !RolloutEnding.CanGoBack(before))
        {
            failure = await FinishAsync(failure).ConfigureAwait(false);
        }

        var state = new RolloutState { Before = before, Active = active, Plan = plan, IsSent = isSent, Progress = checks.Progress, Wanted = compile.ConfigHash };
        return failure is null
            ? await ending.CompleteAsync(state).ConfigureAwait(false)
            : await ending.UndoAsync(state, failure).ConfigureAwait(false);
    }

    /// <summary>Records that there is nothing to roll out: the paywalls do not compile.</summary>
    public Task<RolloutEnd> RefuseAsync() => ending.UndoAsync(
        new RolloutState { Wanted = compile.ConfigHash },
        new RolloutFailure(ReconcileFailureCodes.CompileValidationFailed, ReconcileStage.Compile, ReconcileFailureCodes.CompileValidationFailed));

    private Task<RolloutFailure?> RecordPendingAsync(CancellationToken stop) => timeline.AttemptAsync(
        ReconcileStage.Pending,
        ReconcileFailureCodes.DeploymentRecordFailed,
        (_, token) => journal.RecordAsync(new DeploymentOutcome(DeploymentStatus.Pending, new CheckProgress()), token),
        stop);

    private Task<RolloutFailure?> LookUpAsync(CancellationToken stop) => timeline.AttemptAsync(
        ReconcileStage.ActiveLookup,
        ReconcileFailureCodes.ActiveLookupFailed,
        async (step, token) =>
        {
            before = await gateway.ReadStateAsync(token).ConfigureAwait(false);
            active = before.Active;
            step.Details["configHash"] = active?.ConfigHash.Value ?? "none";
        },
        stop);

    private async Task<RolloutFailure?> PlanAsync(CancellationToken stop)
    {
        var failure = await timeline.AttemptAsync(
            ReconcileStage.Plan,
            ReconcileFailureCodes.DeployApplyFailed,
            (step, _) =>
            {
                plan = gateway.Plan(before!, rollout);
                step.Details["changes"] = plan.Changes.Count;
                if (plan.IsRefused)
                {
                    step.Fail("refused:" + string.Join(",", plan.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.Code).Distinct()));
                }
                else if (options.ApprovedPlan is { } approved && ArtifactJson.Serialize(approved) != ArtifactJson.Serialize(plan))
                {
                    step.Fail(ReconcileFailureCodes.PlanChanged);
                }

                return Task.CompletedTask;
            },
            stop).ConfigureAwait(false);
        return failure is { Reason: ReconcileFailureCodes.PlanChanged } ? failure with { Code = ReconcileFailureCodes.PlanChanged } : failure;
    }

    /// <summary>Nothing is sent to a gateway that already serves it and is up.</summary>
    private async Task<RolloutFailure?> BringUpAsync(CancellationToken stop)
    {
        if (plan!.IsEmpty)
        {
            var failure = await checks.HealthAsync(stop).ConfigureAwait(false);
            if (failure is null || failure.IsCancellation)
            {
                return failure;
            }
        }

        return await ApplyAsync(stop).ConfigureAwait(false) ?? await checks.HealthAsync(stop).ConfigureAwait(false);
    }

    private Task<RolloutFailure?> ApplyAsync(CancellationToken stop) => timeline.AttemptAsync(
        ReconcileStage.Apply,
        ReconcileFailureCodes.DeployApplyFailed,
        async (_, token) =>
        {
            isSent = true;
            active = await gateway.ApplyAsync(rollout, token).ConfigureAwait(false);
        },
        stop);

    /// <summary>Cancelled with nothing to go back to: what arrived is checked and becomes applied, what did not is nothing.</summary>
    private async Task<RolloutFailure?> FinishAsync(RolloutFailure cancelled)
    {
        if (await ending.ServedAsync(compile.ConfigHash, before).ConfigureAwait(false) != ServedConfiguration.Wanted)
        {
            return cancelled;
        }

        using var windDown = time.CreateCancellationTokenSource(options.WindDownTimeout);
        return await checks.HealthAsync(windDown.Token).ConfigureAwait(false) ?? await checks.SaleAsync(windDown.Token).ConfigureAwait(false);
    }
}
