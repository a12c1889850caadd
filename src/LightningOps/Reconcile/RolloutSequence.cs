using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Leases;

namespace LightningOps.Reconcile;

/// <summary>
/// Rolls out to several gateways one after the other. A failing gateway is rolled back by its own reconcile and ends
/// the sequence; on the other gateways only paused and killed services are closed.
/// </summary>
public sealed class RolloutSequence
{
    private readonly IReadOnlyList<Reconciler> reconcilers;

    /// <summary>A sequence of gateways.</summary>
    /// <param name="reconcilers">One per gateway, in order.</param>
    public RolloutSequence(IReadOnlyList<Reconciler> reconcilers) => this.reconcilers = reconcilers;

    /// <summary>Runs it as approved by the operator.</summary>
    /// <param name="options">Options of each reconcile; for several gateways <c>:1</c>, <c>:2</c>… is appended to the request id.</param>
    /// <param name="rollbackAll">Whether the gateways before the failed one are rolled back, too, the last first.</param>
    /// <param name="approved">The approved plan of each gateway (<see cref="ReconcileOptions.ApprovedPlan" />), in their order.</param>
    /// <param name="cancellationToken">Stops it; the running reconcile ends rolled back or applied.</param>
    public async Task<RolloutSequenceResult> RunAsync(
        ReconcileOptions options, bool rollbackAll, IReadOnlyList<RolloutPlan?> approved, CancellationToken cancellationToken)
    {
        var steps = reconcilers.Select(reconciler => new RolloutStep(reconciler.GatewayName)).ToArray();
        for (var place = 0; place < steps.Length; place++)
        {
            steps[place] = await StepAsync(place, GetStepOptions(place), cancellationToken).ConfigureAwait(false);
            if (steps[place].HasNotFailed && !(cancellationToken.IsCancellationRequested && place + 1 < steps.Length))
            {
                continue;
            }

            // A close must not wait. If reading failed for this gateway, it fails for the others too.
            var why = "the roll-out stopped at " + steps[place].Gateway;
            var canRead = steps[place].Error is null or LeaseHeldException or LeaseFileException;
            for (var other = place + 1; canRead && other < steps.Length && !cancellationToken.IsCancellationRequested; other++)
            {
                steps[other] = await CloseAsync(other, GetStepOptions(other), why, cancellationToken).ConfigureAwait(false);
            }

            if (rollbackAll)
            {
                await RollBackAsync(steps, steps[place].HasNotFailed ? place : place - 1, options, why).ConfigureAwait(false);
            }

            return new RolloutSequenceResult { Steps = steps, StoppedAt = steps[place].Gateway };
        }

        return new RolloutSequenceResult { Steps = steps };

        ReconcileOptions GetStepOptions(int place) => GetOptions(options, place) with { ApprovedPlan = approved[place] ?? options.ApprovedPlan, Limits = approved[place] is null or { IsUnasked: true } ? options.Limits : null };
    }

    private ReconcileOptions GetOptions(ReconcileOptions options, int place) =>
        reconcilers.Count == 1 ? options : options with { RequestId = DeploymentIds.GetRequestId(options.RequestId, place + 1) };

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

    private async Task RollBackAsync(RolloutStep[] steps, int last, ReconcileOptions options, string reason)
    {
        for (var place = last; place >= 0; place--)
        {
            if (!steps[place].HasNotFailed || steps[place].Result is not { Changed: true } applied)
            {
                continue;
            }

            try
            {
                steps[place] = steps[place] with { Result = await reconcilers[place].RollBackAsync(applied, GetOptions(options, place), reason).ConfigureAwait(false) };
            }
            catch (LightningOpsException error)
            {
                steps[place] = steps[place] with { Error = error };
            }
        }
    }
}

/// <summary>Result of a roll-out to several gateways.</summary>
public sealed record RolloutSequenceResult
{
    /// <summary>Whether every gateway serves the desired configuration.</summary>
    public bool Ok => Steps.All(step => step.Ok);

    /// <summary>One entry per gateway, in the specified order.</summary>
    public required IReadOnlyList<RolloutStep> Steps { get; init; }

    /// <summary>The gateway that stopped it, or null.</summary>
    public string? StoppedAt { get; init; }
}

/// <summary>One gateway of a roll-out to several.</summary>
/// <param name="Gateway">Name of the gateway.</param>
public sealed record RolloutStep(string Gateway)
{
    /// <summary>
    /// The result of its reconcile, or null when it was not reached or could not run. A gateway after the failed one
    /// has a result when a denied service was open; only that was closed.
    /// </summary>
    public ReconcileResult? Result { get; init; }

    /// <summary>Why its reconcile or its roll-back could not run; nothing was changed then.</summary>
    public LightningOpsException? Error { get; init; }

    /// <summary>Whether it was reached.</summary>
    public bool WasReached => Result is not null || Error is not null || WasCancelled;

    /// <summary>Whether the operator stopped it before anything was changed.</summary>
    public bool WasCancelled { get; init; }

    /// <summary>Whether nothing failed: it succeeded, or the desired configuration is written and its load was not observed.</summary>
    internal bool HasNotFailed => Ok || (Error is null && Result is { FailureCode: null, Serving: LiveConfiguration.Written });

    /// <summary>Whether it succeeded.</summary>
    public bool Ok => Error is null && Result is { Ok: true };

    /// <summary>The outcome.</summary>
    public override string ToString() => TerminalText.Clean(Result?.ToString() ?? Gateway + ": " + (Error?.Message ?? (WasCancelled ? "cancelled" : "not reached")));
}
