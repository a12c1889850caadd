using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Endpoints;

namespace LightningOps.Reconcile;

/// <summary>
/// Ends a roll-out, applied or rolled back, and records it. Each call has its own time limit and is not stopped when
/// the roll-out is.
/// </summary>
internal sealed class RolloutFinisher
{
    /// <summary>A gateway that has just failed to answer is awaited for a shorter time.</summary>
    private static readonly TimeSpan SecondReadTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Limit of the checks after the roll-back of a stopped run.</summary>
    private static readonly TimeSpan StoppedCheckTimeout = TimeSpan.FromSeconds(5);

    private readonly ReconcilePass pass;
    private readonly DeploymentJournal journal;
    private readonly DenyRules? denied;

    /// <param name="pass">The pass.</param>
    /// <param name="journal">Records the deployment.</param>
    /// <param name="denied">Denials that must hold after a roll-back; null for none.</param>
    public RolloutFinisher(ReconcilePass pass, DeploymentJournal journal, DenyRules? denied)
    {
        this.pass = pass;
        this.journal = journal;
        this.denied = denied;
    }

    /// <summary>Drains endpoints while they are rolled back; null for none.</summary>
    public EndpointDrain? Drain { get; init; }

    /// <summary>Evidence of the live configuration. A gateway that is read directly reports what is live.</summary>
    private LiveEvidence Evidence => pass.Gateway is ILiveEvidence written ? written.Evidence : LiveEvidence.List;

    private LoadDoubt? Doubt => (pass.Gateway as ILiveEvidence)?.Doubt;

    /// <summary>Whether there is a state to return to: a deployment, services from before the first one, or none in a gateway that can be emptied again.</summary>
    public static bool CanGoBack(GatewayState? before) => before is { Active: not null } or { Services.Count: > 0 } or { CanRestore: true };

    /// <summary>Records it as applied.</summary>
    public Task<RolloutResult> CompleteAsync(RolloutState state)
    {
        if (Evidence == LiveEvidence.NotKnown)
        {
            var standing = GatewayStanding.For(state.Desired, state.Before, LiveConfiguration.Written, LiveEvidence.NotKnown, Doubt);
            pass.Warn("load_not_seen", standing + " " + standing.Remedy);
            return FinishAsync(state, new DeploymentOutcome(DeploymentStatus.Pending, state.Progress), LiveConfiguration.Written, "gateway_reconcile_written", EventLevel.Warn, new Dictionary<string, object>());
        }

        var digest = state.Active?.ImageDigest;
        var details = new Dictionary<string, object>();
        if (digest is not null)
        {
            details["imageDigest"] = digest;
        }

        var outcome = new DeploymentOutcome(DeploymentStatus.Applied, state.Progress)
        {
            ImageDigest = digest,
            AppliedAtMs = pass.Time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        return FinishAsync(state, outcome, LiveConfiguration.Wanted, "gateway_reconcile_applied", EventLevel.Info, details);
    }

    /// <summary>Records that services to be closed were not seen closed. A roll-back would not close them either.</summary>
    public Task<RolloutResult> EndNotClosedAsync(RolloutState state, string reason)
    {
        pass.Warn("denied_services_open", "Paused or killed services may still be selling: " + reason);
        return FailAsync(state, new RolloutFailure(ReconcileFailureCodes.ClosingFailed, ReconcileStage.Challenge, reason), LiveConfiguration.Unknown);
    }

    /// <summary>
    /// Returns to the previous configuration if something was sent and there is one, closes denied services if
    /// nothing was sent, and records that.
    /// </summary>
    /// <param name="state">Progress of the roll-out.</param>
    /// <param name="failure">The failure.</param>
    /// <param name="stop">Stops the closing; a roll-back is not stopped.</param>
    public async Task<RolloutResult> FailAndRollBackAsync(RolloutState state, RolloutFailure failure, CancellationToken stop)
    {
        if (!state.IsSent)
        {
            var closed = await CloseDeniedAsync(state, failure, stop).ConfigureAwait(false);
            var before = state.Before ?? closed.Before;
            return await FailAsync(
                state with { Before = before, Plan = state.Plan ?? closed.Plan, IsSent = closed.IsSent },
                failure with { Reason = failure.Reason + closed.Summary },
                closed.IsSent ? closed.Serving : GatewayStanding.FindUnchanged(state.Desired, before, state.Plan, Evidence)).ConfigureAwait(false);
        }

        if (state.Plan is { IsEmpty: true } && failure.Code != ReconcileFailureCodes.LeaseLost
            && await ReadLiveAsync(state.Desired, state.Before).ConfigureAwait(false) == LiveConfiguration.Wanted)
        {
            // The sent configuration is the previous one, so there is nothing to return to and nothing changed.
            return await FailAsync(state with { IsSent = false }, failure, LiveConfiguration.Wanted).ConfigureAwait(false);
        }

        if (failure.Code == ReconcileFailureCodes.GatewayChanged && denied is not null)
        {
            // Changes of another user are not reverted; denied services are still closed.
            var closed = await CloseWithinAsync(denied).ConfigureAwait(false);
            return await FailAsync(state, failure with { Reason = failure.Reason + closed.Summary }, closed.IsSent ? closed.Serving : LiveConfiguration.Unknown).ConfigureAwait(false);
        }

        if (IsUnseenStop(state, failure) && await IsWrittenAsync(state.Desired).ConfigureAwait(false))
        {
            // A roll-back would open what the operator stops. A gateway that is down loads the closed services when it starts.
            var serving = await ReadLiveAsync(state.Desired, state.Before).ConfigureAwait(false);
            return await FailAsync(state, failure, serving == LiveConfiguration.Wanted ? serving : LiveConfiguration.Written).ConfigureAwait(false);
        }

        return failure.Code is ReconcileFailureCodes.LeaseLost or ReconcileFailureCodes.GatewayChanged || !CanGoBack(state.Before)
            ? await FailWithoutRollbackAsync(state, failure).ConfigureAwait(false)
            : await RollBackAsync(state, failure).ConfigureAwait(false);
    }

    /// <summary>Whether a configuration is still the written one, loaded or not.</summary>
    public async Task<bool> IsWrittenAsync(string wanted)
    {
        try
        {
            var now = await WithinAsync(pass.Gateway.ReadStateAsync).ConfigureAwait(false);
            return (now.Written ?? now.Active?.ConfigHash) == wanted;
        }
        catch (Exception failure)
        {
            pass.Warn("served_unknown", "The gateway does not report its live configuration: " + RolloutFailure.GetReason(failure));
            return false;
        }
    }

    /// <summary>The live configuration, read from the gateway.</summary>
    public async Task<LiveConfiguration> ReadLiveAsync(string wanted, GatewayState? before)
    {
        try
        {
            var now = await WithinAsync(pass.Gateway.ReadStateAsync).ConfigureAwait(false);
            return now.Evidence == LiveEvidence.NotKnown ? LiveConfiguration.Unknown
                : now.Active?.ConfigHash == wanted ? LiveConfiguration.Wanted
                : before is not null && now.Active?.ConfigHash == before.Active?.ConfigHash ? LiveConfiguration.Previous
                : LiveConfiguration.Unknown;
        }
        catch (Exception failure)
        {
            pass.Warn("served_unknown", "The gateway does not report its live configuration: " + RolloutFailure.GetReason(failure));
            return LiveConfiguration.Unknown;
        }
    }

    /// <summary>Whether a stop that only closes services was sent to a gateway that was then not seen up.</summary>
    private bool IsUnseenStop(RolloutState state, RolloutFailure failure) =>
        pass.Options.Switch is { Stops: true } && failure is { Code: ReconcileFailureCodes.HealthCheckFailed, IsCancellation: false }
        && state.Plan is { } plan && plan.Changes.All(static change => change.Kind == ServiceChangeKind.Closed);

    private async Task<RolloutResult> RollBackAsync(RolloutState state, RolloutFailure failure)
    {
        GatewayDeployment? restored = null;
        var trouble = await pass.Timeline.AttemptWithinAsync(
            ReconcileStage.Rollback,
            ReconcileFailureCodes.RollbackFailed,
            async (_, token) =>
            {
                await pass.RequireLeaseAsync().ConfigureAwait(false);
                restored = await RollBackAsync(state.Before!, token).ConfigureAwait(false);
            },
            Drain is null ? pass.WindDownTimeout : pass.WindDownTimeout + EndpointDrain.GetRollBackTimeout(pass.Gateway)).ConfigureAwait(false);
        if (Drain is { NotDrained.Count: > 0 })
        {
            pass.Warn("drain_failed", "Rolled back in the balancer, because -DrainCommand failed: " + string.Join("; ", Drain.NotDrained));
        }

        if (trouble is not null)
        {
            return await FailRollbackAsync(state, failure, trouble).ConfigureAwait(false);
        }

        var closed = await CloseAgainAsync(state).ConfigureAwait(false);
        var isPrevious = await WithinAsync(new RollbackChecks(pass, state, closed.Closed).RunAsync, failure.IsCancellation ? StoppedCheckTimeout : pass.WindDownTimeout).ConfigureAwait(false);
        var reason = failure with { Reason = failure.Reason + closed.Summary };
        var from = state.Before!.Active?.ConfigHash;
        var details = new Dictionary<string, object> { ["failureCode"] = failure.Code, ["failureReason"] = reason.Reason };
        if (from is { } hash)
        {
            details["rolledBackFrom"] = hash;
        }

        var outcome = new DeploymentOutcome(DeploymentStatus.RolledBack, state.Progress) { Failure = reason, RolledBackFrom = from, ImageDigest = restored?.ImageDigest };
        var serving = !isPrevious || (closed.Serving == LiveConfiguration.Previous && Evidence == LiveEvidence.NotKnown) ? LiveConfiguration.Unknown : closed.Serving;
        return await FinishAsync(state, outcome, serving, "gateway_reconcile_rolled_back", EventLevel.Warn, details).ConfigureAwait(false);
    }

    private Task<GatewayDeployment?> RollBackAsync(GatewayState before, CancellationToken token) =>
        Drain is null ? pass.Gateway.RollBackAsync(pass.Options.RequestId, journal.DeploymentId, before, token)
        : pass.Gateway is EndpointGroup group ? group.RollBackAsync(pass.Options.RequestId, journal.DeploymentId, before, Drain, token)
        : Drain.AroundRollBackAsync(pass.Gateway, () => pass.Gateway.RollBackAsync(pass.Options.RequestId, journal.DeploymentId, before, token));

    private async Task<RolloutResult> FailRollbackAsync(RolloutState state, RolloutFailure failure, RolloutFailure trouble)
    {
        var serving = await ReadLiveAsync(state.Desired, state.Before).ConfigureAwait(false);
        var closed = denied is null || trouble.Reason == ReconcileFailureCodes.LeaseLost ? EnforcementResult.Nothing : await CloseWithinAsync(denied).ConfigureAwait(false);
        if (failure.Stage == ReconcileStage.Apply && trouble.Reason != ReconcileFailureCodes.LeaseLost && !closed.IsSent && await IsStillEmptyAsync(state.Before!).ConfigureAwait(false))
        {
            return await FailAsync(state, failure with { Reason = WithLive(failure.Reason + "; when it was rolled back: " + trouble.Reason, serving, state) + closed.Summary }, serving).ConfigureAwait(false);
        }

        var told = trouble with { Reason = WithLive(trouble.Reason, serving, state) + closed.Summary };
        var details = new Dictionary<string, object>
        {
            ["failureCode"] = failure.Code,
            ["failureReason"] = failure.Reason,
            ["rollbackFailure"] = told.Reason,
        };
        var outcome = new DeploymentOutcome(DeploymentStatus.Failed, state.Progress) { Failure = told };
        return await FinishAsync(state, outcome, closed.IsSent ? closed.Serving : serving, "gateway_reconcile_failed_rollback_failed", EventLevel.Error, details).ConfigureAwait(false);
    }

    /// <summary>Whether a gateway was empty before and is empty now, so that nothing remains to be rolled back.</summary>
    private async Task<bool> IsStillEmptyAsync(GatewayState before)
    {
        if (before is { Active: not null } or { Services: null or { Count: > 0 } })
        {
            return false;
        }

        try
        {
            return await WithinAsync(pass.Gateway.ReadStateAsync).ConfigureAwait(false) is { Active: null, Services: { Count: 0 } };
        }
        catch (Exception failure) when (failure is LightningOpsException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<RolloutResult> FailWithoutRollbackAsync(RolloutState state, RolloutFailure failure)
    {
        var serving = await ReadLiveAsync(state.Desired, state.Before).ConfigureAwait(false);
        return await FailAsync(state, failure with { Reason = WithLive(failure.Reason, serving, state) }, serving).ConfigureAwait(false);
    }

    private Task<RolloutResult> FailAsync(RolloutState state, RolloutFailure failure, LiveConfiguration serving)
    {
        var details = new Dictionary<string, object> { ["failureReason"] = failure.Reason, ["failureStage"] = failure.StageName };
        return FinishAsync(
            state,
            new DeploymentOutcome(DeploymentStatus.Failed, state.Progress) { Failure = failure },
            serving,
            "gateway_reconcile_failed_" + failure.Code,
            EventLevel.Error,
            details);
    }

    private async Task<RolloutResult> FinishAsync(
        RolloutState state, DeploymentOutcome outcome, LiveConfiguration serving, string eventType, EventLevel level, IReadOnlyDictionary<string, object> details)
    {
        var isRecorded = await journal.RecordOutcomeAsync(outcome, serving).ConfigureAwait(false);
        using var eventTime = pass.Time.CreateCancellationTokenSource(pass.Options.WindDownTimeout);
        await journal.WriteEventAsync(eventType, level, details, eventTime.Token).ConfigureAwait(false);
        return new RolloutResult(state, outcome, serving, isRecorded) { Evidence = serving == LiveConfiguration.Unknown || (serving == LiveConfiguration.Previous && state.Before is null) ? LiveEvidence.NotKnown : Evidence, Doubt = Doubt, DenialHolds = HoldsDenial(serving, state.Before) };
    }

    /// <summary>The desired configuration closes the denied services; the previous one may do so, too.</summary>
    private bool HoldsDenial(LiveConfiguration serving, GatewayState? before) => denied is not null && serving switch
    {
        LiveConfiguration.Wanted or LiveConfiguration.Closed => true,
        LiveConfiguration.Previous => before is { Evidence: not LiveEvidence.NotKnown } && IsClosed(denied, before),
        _ => false,
    };

    private bool IsClosed(DenyRules services, GatewayState state)
    {
        try
        {
            var closing = services.CreateClosing(pass.Options);
            return pass.Gateway.PlanClosing(state, closing) is null && closing.FindUndecided(state).Count == 0;
        }
        catch (LightningOpsException)
        {
            return false;
        }
    }

    /// <summary>
    /// Closes denied services even if the desired configuration does not reach the gateway. Services are left if the
    /// operator stopped or did not approve it.
    /// </summary>
    private async Task<EnforcementResult> CloseDeniedAsync(RolloutState state, RolloutFailure failure, CancellationToken stop) =>
        denied is null || failure.Code is ReconcileFailureCodes.Cancelled or ReconcileFailureCodes.PlanChanged or ReconcileFailureCodes.LeaseLost
            ? EnforcementResult.Nothing
            : await new DenyEnforcement(pass, denied)
            {
                // An endpoint that was not reached a moment ago must not delay the close of the others.
                Known = state.Before is { RecordFailure: not null } ? state.Before : null,
                ReadStateTimeout = failure.Stage == ReconcileStage.ActiveLookup ? SecondReadTimeout : null,
            }.CloseAsync(pass.Options.ApprovedPlan, stop).ConfigureAwait(false);

    /// <summary>The previous configuration may sell services that must not be sold.</summary>
    private async Task<EnforcementResult> CloseAgainAsync(RolloutState state)
    {
        var reopened = state.Plan?.Changes.Where(change => change.Kind == ServiceChangeKind.Closed).Select(change => change.Name).ToArray() ?? [];
        if (denied is null || (reopened.Length == 0 && state.Before!.Services is not null))
        {
            return EnforcementResult.Nothing;
        }

        var closed = await CloseWithinAsync(denied).ConfigureAwait(false);
        if (closed.Failure is not null && !closed.IsWritten && reopened.Except(closed.Closed, StringComparer.Ordinal).ToArray() is { Length: > 0 } open)
        {
            pass.Warn("closed_rules_reopened", (closed.IsSent && closed.Open is null ? "Rolled back, and it is not known whether these paused or killed services are closed again: " : "Rolled back to a configuration that sells paused or killed services: ") + DenyEnforcement.FormatNames(open));
        }

        return closed;
    }

    private Task<EnforcementResult> CloseWithinAsync(DenyRules services) => WithinAsync(token => new DenyEnforcement(pass, services).CloseAsync(null, token));

    private static string WithLive(string reason, LiveConfiguration serving, RolloutState state) => reason + serving switch
    {
        LiveConfiguration.Wanted => "; the gateway serves " + state.Desired,
        LiveConfiguration.Previous => "; the gateway serves " + (state.Before?.Active?.ConfigHash ?? "the configuration from before"),
        _ => "; the live configuration is not known",
    };

    private Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> work) => WithinAsync(work, pass.WindDownTimeout);

    private async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> work, TimeSpan limit)
    {
        using var windDown = pass.Time.CreateCancellationTokenSource(limit);
        return await work(windDown.Token).ConfigureAwait(false);
    }
}
