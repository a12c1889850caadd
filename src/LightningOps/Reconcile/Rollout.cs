using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Endpoints;
using LightningOps.Gateway.Probes;
using LightningOps.Json;

namespace LightningOps.Reconcile;

/// <summary>
/// Rolls one valid compile out to one gateway under its lease (docs/reference/gateway.md#reconcile, steps 3 to 7).
/// Once something was sent it ends applied or rolled back, even if cancelled.
/// </summary>
internal sealed class Rollout
{
    private readonly ReconcilePass pass;
    private readonly CompileResult compile;
    private readonly DeploymentJournal journal;
    private readonly GatewayChecks checks;
    private readonly RolloutFinisher ending;
    private readonly GatewayRollout rollout;
    private GatewayState? before;
    private GatewayDeployment? active;
    private RolloutPlan? plan;
    private string? refusal;
    private bool isSent;

    public Rollout(ReconcilePass pass, CompileResult compile, DeploymentJournal journal, ProbeRoute? probe, DenyRules? denied)
    {
        this.pass = pass;
        this.compile = compile;
        this.journal = journal;
        checks = new GatewayChecks(pass, compile.Rules, probe, journal);
        ending = new RolloutFinisher(pass, journal, denied) { Drain = FindDrain(pass) };
        rollout = GatewayRolloutFactory.Create(pass.Options, compile, denied);
    }

    /// <summary>The source of the compile, for a plan from a file; null if there is none.</summary>
    public DesiredConfiguration? Desired { get; init; }

    /// <summary>Runs it to its end.</summary>
    /// <param name="stop">Cancelled by the operator, or by the loss of the lease: another roll-out may be running, and nothing more is sent.</param>
    public async Task<RolloutResult> RunAsync(CancellationToken stop)
    {
        var failure = await RecordPendingAsync(stop).ConfigureAwait(false)
            ?? await ReadStateAsync(stop).ConfigureAwait(false)
            ?? await PlanAsync(stop).ConfigureAwait(false)
            ?? await EnsureAppliedAsync(stop).ConfigureAwait(false)
            ?? await checks.CheckSaleAsync(stop).ConfigureAwait(false);
        if (failure is not null && !await pass.Lease.ConfirmAsync().ConfigureAwait(false))
        {
            failure = failure with { Code = ReconcileFailureCodes.LeaseLost, Reason = failure.IsCancellation ? "the lease ran out" : failure.Reason + "; the lease ran out" };
        }
        else if (failure is { IsCancellation: true } && isSent && !RolloutFinisher.CanGoBack(before))
        {
            failure = await FinishAsync(failure).ConfigureAwait(false);
        }

        try
        {
            return await EndAsync(failure, stop).ConfigureAwait(false);
        }
        finally
        {
            await UndrainAsync(pass).ConfigureAwait(false);
        }
    }

    private async Task<RolloutResult> EndAsync(RolloutFailure? failure, CancellationToken stop)
    {
        if (failure is null && plan is not null)
        {
            await RememberAsync(plan).ConfigureAwait(false);
        }

        var state = new RolloutState { Before = before, Active = active, Plan = plan, IsSent = isSent, Progress = checks.Progress, Desired = compile.ConfigHash };
        return failure is null && checks.NotClosed is { } notClosed ? await ending.EndNotClosedAsync(state, notClosed).ConfigureAwait(false)
            : failure is null ? await ending.CompleteAsync(state).ConfigureAwait(false)
            : await ending.FailAndRollBackAsync(state, failure, stop).ConfigureAwait(false);
    }

    /// <summary>Keeps the step for the guard rails of the next roll-outs.</summary>
    private async Task RememberAsync(RolloutPlan carried)
    {
        if (pass.History is not { } history)
        {
            return;
        }

        try
        {
            using var limit = pass.Time.CreateCancellationTokenSource(pass.Options.WindDownTimeout);
            await history.AddAsync(carried, isAgreed: pass.Options.Limits is null && carried.Changes.Count > 0, limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is LightningOpsException or OperationCanceledException)
        {
            pass.Warn("guard_rails_not_recorded", "The guard rails of the next roll-outs do not count this one: " + RolloutFailure.GetReason(failure));
        }
    }

    /// <summary>Rolls out nothing: closes denied services, and records that with the reason.</summary>
    public Task<RolloutResult> RefuseAsync(RolloutFailure why, CancellationToken stop) => ending.FailAndRollBackAsync(new RolloutState { Desired = compile.ConfigHash }, why, stop);

    private Task<RolloutFailure?> RecordPendingAsync(CancellationToken stop) => pass.Timeline.AttemptAsync(
        ReconcileStage.Pending,
        ReconcileFailureCodes.DeploymentRecordFailed,
        (_, token) => journal.BeginAsync(token),
        stop);

    private Task<RolloutFailure?> ReadStateAsync(CancellationToken stop) => pass.Timeline.AttemptAsync(
        ReconcileStage.ActiveLookup,
        ReconcileFailureCodes.ActiveLookupFailed,
        async (step, token) =>
        {
            before = await pass.Gateway.ReadStateAsync(token).ConfigureAwait(false);
            active = before.Active;
            if (before.RecordFailure is { } unreadable)
            {
                throw unreadable;
            }

            step.Details["configHash"] = active?.ConfigHash ?? "none";
        },
        stop);

    private async Task<RolloutFailure?> PlanAsync(CancellationToken stop)
    {
        var failure = await pass.Timeline.AttemptAsync(
            ReconcileStage.Plan,
            ReconcileFailureCodes.DeployApplyFailed,
            async (step, token) =>
            {
                before = await ListedPrices.AskAsync(pass.Gateway, before!, compile.Rules, pass.Options.ProbeLimit, token).ConfigureAwait(false);
                plan = await Stoppable.RunAsync(() => pass.Gateway.Plan(before!, rollout), token).ConfigureAwait(false);
                step.Details["changes"] = plan.Changes.Count;
                checks.Plan = plan;
                if (plan.Diagnostics.FirstOrDefault(diagnostic => diagnostic.Code == GatewayStop.Code) is { } stopped)
                {
                    pass.Warn(GatewayStop.Code, stopped.Message);
                }

                foreach (var reopened in plan.Diagnostics.Where(static diagnostic => diagnostic.Code == AdminDiagnostics.NotClosedAfterRestart))
                {
                    pass.Warn(reopened.Code, reopened.Message);
                }

                plan = GuardRails.Prepare(plan, before, compile.Rules);
                var limits = pass is { Options.Limits: { } given, History: { } history } ? given with { Earlier = await history.ReadAsync(token).ConfigureAwait(false) } : pass.Options.Limits;
                if (pass.Options.Basis is { } basis && Desired is { } wanted && basis.FindMoved(PlanBasis.Create(basis.Salt, wanted, before, plan), wanted.Security) is { Count: > 0 } moved)
                {
                    refusal = ReconcileFailureCodes.PlanStale;
                    step.Fail("since the plan was made: " + string.Join("; ", moved));
                }
                else if (!plan.IsRefused && limits?.FindExceeded(plan) is { Count: > 0 } exceeded)
                {
                    refusal = ReconcileFailureCodes.GuardRailExceeded;
                    step.Fail(string.Join("; ", exceeded));
                }
                else if (plan.IsRefused)
                {
                    step.Fail("refused:" + string.Join(",", plan.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.Code).Distinct()));
                }
                else if (pass.Options.ApprovedPlan is { } approved && ArtifactJson.Serialize(approved) != ArtifactJson.Serialize(plan))
                {
                    step.Fail(ReconcileFailureCodes.PlanChanged);
                }
            },
            stop).ConfigureAwait(false);
        return failure is not null && refusal is not null && !failure.IsCancellation ? failure with { Code = refusal }
            : failure is { Reason: ReconcileFailureCodes.PlanChanged } ? failure with { Code = ReconcileFailureCodes.PlanChanged } : failure;
    }

    /// <summary>Sends nothing to a gateway that is up and already serves it.</summary>
    private async Task<RolloutFailure?> EnsureAppliedAsync(CancellationToken stop)
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

    /// <summary>Null without a drain: a close must not wait for requests in flight.</summary>
    internal static EndpointDrain? FindDrain(ReconcilePass pass) =>
        pass.Options is { Switch: not { Stops: true }, Suspended.Count: 0 } && pass.Options.Drains.TryGetValue(pass.Gateway.Name, out var drain) ? drain : null;

    /// <summary>Puts endpoints that are still out back into the balancer.</summary>
    internal static async Task UndrainAsync(ReconcilePass pass)
    {
        if (FindDrain(pass) is { } drain && await drain.UndrainAsync().ConfigureAwait(false) is { Count: > 0 } failures)
        {
            pass.Warn("undrain_failed", "Still out of the balancer, because -UndrainCommand failed: " + string.Join("; ", failures));
        }
    }

    private Task<RolloutFailure?> ApplyAsync(CancellationToken stop) => pass.Timeline.AttemptAsync(
        ReconcileStage.Apply,
        ReconcileFailureCodes.DeployApplyFailed,
        async (_, token) =>
        {
            await journal.KeepIntentAsync(plan!).ConfigureAwait(false);
            await pass.RequireLeaseAsync().ConfigureAwait(false);
            isSent = true;
            pass.ShowChanges(ReconcileStage.Apply);
            active = FindDrain(pass) is not { } drain ? await pass.Gateway.ApplyAsync(rollout, token).ConfigureAwait(false)
                : pass.Gateway is EndpointGroup group ? await group.ApplyAsync(rollout, drain, token).ConfigureAwait(false)
                : await drain.AroundAsync(pass.Gateway, () => pass.Gateway.ApplyAsync(rollout, token), token).ConfigureAwait(false);
        },
        stop);

    /// <summary>Ends a cancelled roll-out without a previous state: a configuration that arrived is checked and becomes applied.</summary>
    private async Task<RolloutFailure?> FinishAsync(RolloutFailure cancelled)
    {
        if (await ending.ReadLiveAsync(compile.ConfigHash, before).ConfigureAwait(false) != LiveConfiguration.Wanted)
        {
            return cancelled;
        }

        using var windDown = pass.Time.CreateCancellationTokenSource(pass.WindDownTimeout);
        return await checks.HealthAsync(windDown.Token).ConfigureAwait(false) ?? await checks.CheckSaleAsync(windDown.Token).ConfigureAwait(false);
    }
}
