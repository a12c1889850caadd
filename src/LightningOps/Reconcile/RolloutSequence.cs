using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Reconcile.Leases;

namespace LightningOps.Reconcile;

/// <summary>
/// Rolls out to several gateways one after the other. The first that fails is rolled back by its own reconcile and ends
/// the sequence; at the others nothing but what a pause or kill switch denies is closed.
/// </summary>
public sealed class RolloutSequence
{
    private readonly IReadOnlyList<Reconciler> reconcilers;

    /// <summary>A sequence of gateways.</summary>
    /// <param name="reconcilers">One a gateway, in order.</param>
    public RolloutSequence(IReadOnlyList<Reconciler> reconcilers) => this.reconcilers = reconcilers;

    /// <summary>Runs it.</summary>
    /// <param name="options">What each reconcile is to do; where there are several, <c>:1</c>, <c>:2</c>… is added to the request.</param>
    /// <param name="rollbackAll">Whether the gateways before the one that failed are rolled back, too, the last first.</param>
    /// <param name="cancellationToken">Stops it; the reconcile at work ends rolled back or applied.</param>
    public Task<RolloutSequenceResult> RunAsync(ReconcileOptions options, bool rollbackAll, CancellationToken cancellationToken) =>
        RunAsync(options, rollbackAll, new RolloutPlan?[reconcilers.Count], cancellationToken);

    /// <summary>Runs it as the operator agreed to.</summary>
    /// <param name="options">What each reconcile is to do; where there are several, <c>:1</c>, <c>:2</c>… is added to the request.</param>
    /// <param name="rollbackAll">Whether the gateways before the one that failed are rolled back, too, the last first.</param>
    /// <param name="approved">The plan agreed to for each gateway (<see cref="ReconcileOptions.ApprovedPlan"/>), in their order.</param>
    /// <param name="cancellationToken">Stops it; the reconcile at work ends rolled back or applied.</param>
    public async Task<RolloutSequenceResult> RunAsync(
        ReconcileOptions options, bool rollbackAll, IReadOnlyList<RolloutPlan?> approved, CancellationToken cancellationToken)
    {
        var steps = reconcilers.Select(reconciler => new RolloutStep(reconciler.GatewayName)).ToArray();
        for (var place = 0; place < steps.Length; place++)
        {
            steps[place] = await StepAsync(place, OwnOf(place), cancellationToken).ConfigureAwait(false);
            if (steps[place].HasNotFailed && !(cancellationToken.IsCancellationRequested && place + 1 < steps.Length))
            {
                continue;
            }

            // Closing must not wait; what could not be read for this one cannot be read for the others.
            var why = "the roll-out stopped at " + steps[place].Gateway;
            var canRead = steps[place].Error is null or LeaseHeldException or LeaseFileException;
            for (var other = place + 1; canRead && other < steps.Length && !cancellationToken.IsCancellationRequested; other++)
            {
                steps[other] = await CloseAsync(other, OwnOf(other), why, cancellationToken).ConfigureAwait(false);
            }

            if (rollbackAll)
            {
                await TakeBackAsync(steps, steps[place].HasNotFailed ? place : place - 1, options, why).ConfigureAwait(false);
            }

            return new RolloutSequenceResult { Steps = steps, StoppedAt = steps[place].Gateway };
        }

        return new RolloutSequenceResult { Steps = steps };

        ReconcileOptions OwnOf(int place) => OptionsOf(options, place) with { ApprovedPlan = approved[place] ?? options.ApprovedPlan };
    }

    private ReconcileOptions OptionsOf(ReconcileOptions options, int place) =>
        reconcilers.Count == 1 ? options : options with { RequestId = DeploymentIds.RequestOfPlace(options.RequestId, place + 1) };

    private Task<RolloutStep> StepAsync(int place, ReconcileOptions options, CancellationToken cancellationToken) =>
        StepAsync(place, async () => await reconcilers[place].RunAsync(options, cancellationToken).ConfigureAwait(false), cancellationToken);

    private Task<RolloutStep> CloseAsync(int place, ReconcileOptions options, string why, CancellationToken cancellationToken) =>
        StepAsync(place, () => reconcilers[place].CloseDeniedAsync(options, why, cancellationToken), cancellationToken);

    private async Task<RolloutStep> StepAsync(int place, Func<Task<ReconcileResult?>> work, CancellationToken cancellationToken)
    {
        var step = new RolloutStep(reconcilers[place].GatewayName);
        try
        {
            return step with { Result = await work().ConfigureAwait(false) };
        }
        catch (LightningOpsException error)
        {
            return step with { Error = error };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return step with { WasCancelled = true };
        }
    }

    private async Task TakeBackAsync(RolloutStep[] steps, int last, ReconcileOptions options, string reason)
    {
        for (var place = last; place >= 0; place--)
        {
            if (!steps[place].HasNotFailed || steps[place].Result is not { Changed: true } applied)
            {
                continue;
            }

            try
            {
                steps[place] = steps[place] with { Result = await reconcilers[place].TakeBackAsync(applied, OptionsOf(options, place), reason).ConfigureAwait(false) };
            }
            catch (LightningOpsException error)
            {
                steps[place] = steps[place] with { Error = error };
            }
        }
    }
}
