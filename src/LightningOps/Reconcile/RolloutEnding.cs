using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>
/// Ends a roll-out: applied, or back where it was, and recorded. Each call has a time limit of its own and is not
/// stopped by whoever stopped the roll-out.
/// </summary>
internal sealed class RolloutEnding
{
    private readonly IGateway gateway;
    private readonly TimeProvider time;
    private readonly ReconcileOptions options;
    private readonly StageTimeline timeline;
    private readonly DeploymentJournal journal;
    private readonly ICollection<ReconcileWarning> warnings;

    public RolloutEnding(
        IGateway gateway, TimeProvider time, ReconcileOptions options, StageTimeline timeline, DeploymentJournal journal, ICollection<ReconcileWarning> warnings)
    {
        this.gateway = gateway;
        this.time = time;
        this.options = options;
        this.timeline = timeline;
        this.journal = journal;
        this.warnings = warnings;
    }

    /// <summary>Whether there is a deployment to go back to, or services that stood there before the first one.</summary>
    public static bool CanGoBack(GatewayState? before) => before is { Active: not null } or { Services.Count: > 0 };

    /// <summary>Records it as applied.</summary>
    public Task<RolloutEnd> CompleteAsync(RolloutState state)
    {
        var digest = state.Active?.ImageDigest;
        var details = new Dictionary<string, object>();
        if (digest is not null)
        {
            details["imageDigest"] = digest;
        }

        var outcome = new DeploymentOutcome(DeploymentStatus.Applied, state.Progress)
        {
            ImageDigest = digest,
            AppliedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        return EndAsync(state, outcome, ServedConfiguration.Wanted, "gateway_reconcile_applied", EventLevel.Info, details);
    }

    /// <summary>Goes back to what was served before when something was sent and there is something to go back to, and records that.</summary>
    public Task<RolloutEnd> UndoAsync(RolloutState state, RolloutFailure failure) =>
        !state.IsSent ? FailAsync(state, failure, ServedConfiguration.Previous)
        : failure.Code == ReconcileFailureCodes.LeaseLost || !CanGoBack(state.Before) ? FailWhereItIsAsync(state, failure)
        : RollBackAsync(state, failure);

    /// <summary>What the gateway serves now, asked of it.</summary>
    public async Task<ServedConfiguration> ServedAsync(ConfigHash wanted, GatewayState? before)
    {
        try
        {
            var now = await WithinAsync(gateway.ReadStateAsync).ConfigureAwait(false);
            return now.Active?.ConfigHash == wanted ? ServedConfiguration.Wanted
                : before is not null && now.Active?.ConfigHash == before.Active?.ConfigHash ? ServedConfiguration.Previous
                : ServedConfiguration.Unknown;
        }
        catch (Exception failure) when (failure is LightningOpsException or OperationCanceledException)
        {
            warnings.Add(new ReconcileWarning("served_unknown", "The gateway does not tell what it serves: " + RolloutFailure.ReasonOf(failure)));
            return ServedConfiguration.Unknown;
        }
    }

    private async Task<RolloutEnd> RollBackAsync(RolloutState state, RolloutFailure failure)
    {
        GatewayDeployment? restored = null;
        var trouble = await timeline.AttemptWithinAsync(
            ReconcileStage.Rollback,
            ReconcileFailureCodes.RollbackFailed,
            async (_, token) => restored = await gateway.RollBackAsync(options.RequestId, journal.DeploymentId, state.Before!, token).ConfigureAwait(false),
            options.WindDownTimeout).ConfigureAwait(false);
        if (trouble is not null)
        {
            return await FailRollbackAsync(state, failure, trouble).ConfigureAwait(false);
        }

        WarnOfReopened(state.Plan);
        var from = state.Before!.Active?.ConfigHash;
        var details = new Dictionary<string, object> { ["failureCode"] = failure.Code, ["failureReason"] = failure.Reason };
        if (from is { } hash)
        {
            details["rolledBackFrom"] = hash.Value;
        }

        var outcome = new DeploymentOutcome(DeploymentStatus.RolledBack, state.Progress) { Failure = failure, RolledBackFrom = from, ImageDigest = restored?.ImageDigest };
        return await EndAsync(state, outcome, ServedConfiguration.Previous, "gateway_reconcile_rolled_back", EventLevel.Warn, details).ConfigureAwait(false);
    }

    private async Task<RolloutEnd> FailRollbackAsync(RolloutState state, RolloutFailure failure, RolloutFailure trouble)
    {
        var serving = await ServedAsync(state.Wanted, state.Before).ConfigureAwait(false);
        var told = trouble with { Reason = WithServed(trouble.Reason, serving, state) };
        var details = new Dictionary<string, object>
        {
            ["failureCode"] = failure.Code,
            ["failureReason"] = failure.Reason,
            ["rollbackFailure"] = told.Reason,
        };
        var outcome = new DeploymentOutcome(DeploymentStatus.Failed, state.Progress) { Failure = told };
        return await EndAsync(state, outcome, serving, "gateway_reconcile_failed_rollback_failed", EventLevel.Error, details).ConfigureAwait(false);
    }

    private async Task<RolloutEnd> FailWhereItIsAsync(RolloutState state, RolloutFailure failure)
    {
        var serving = await ServedAsync(state.Wanted, state.Before).ConfigureAwait(false);
        return await FailAsync(state, failure with { Reason = WithServed(failure.Reason, serving, state) }, serving).ConfigureAwait(false);
    }

    private Task<RolloutEnd> FailAsync(RolloutState state, RolloutFailure failure, ServedConfiguration serving)
    {
        var details = new Dictionary<string, object> { ["failureReason"] = failure.Reason, ["failureStage"] = failure.StageName };
        return EndAsync(
            state,
            new DeploymentOutcome(DeploymentStatus.Failed, state.Progress) { Failure = failure },
            serving,
            "gateway_reconcile_failed_" + failure.Code,
            EventLevel.Error,
            details);
    }

    private async Task<RolloutEnd> EndAsync(
        RolloutState state, DeploymentOutcome outcome, ServedConfiguration serving, string eventType, EventLevel level, IReadOnlyDictionary<string, object> details)
    {
        var trouble = await timeline.AttemptWithinAsync(
            ReconcileStage.Record,
            ReconcileFailureCodes.DeploymentRecordFailed,
            (step, token) =>
            {
                step.Details["deploymentStatus"] = EnumName.Of(outcome.Status);
                step.Details["serving"] = EnumName.Of(serving);
                return journal.RecordAsync(outcome, token);
            },
            options.WindDownTimeout).ConfigureAwait(false);
        if (trouble is not null)
        {
            await journal.KeepAsync(outcome, trouble.Reason).ConfigureAwait(false);
        }

        using var eventTime = time.CreateCancellationTokenSource(options.WindDownTimeout);
        await journal.WriteEventAsync(eventType, level, details, eventTime.Token).ConfigureAwait(false);
        return new RolloutEnd(state, outcome, serving, IsRecorded: trouble is null);
    }

    private void WarnOfReopened(RolloutPlan? plan)
    {
        var reopened = plan?.Changes.Where(change => change.Kind == ServiceChangeKind.Closed).Select(change => change.Name).ToArray() ?? [];
        if (reopened.Length > 0)
        {
            warnings.Add(new ReconcileWarning(
                "closed_rules_reopened",
                "Rolled back to a configuration that sells what a pause or kill switch was to close: " + string.Join(", ", reopened.Take(20)) + (reopened.Length > 20 ? ", …" : string.Empty)));
        }
    }

    private static string WithServed(string reason, ServedConfiguration serving, RolloutState state) => reason + "; the gateway serves " + serving switch
    {
        ServedConfiguration.Wanted => state.Wanted.Value,
        ServedConfiguration.Previous => state.Before?.Active?.ConfigHash.Value ?? "what it served before",
        _ => "it is not known what",
    };

    private async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> work)
    {
        using var windDown = time.CreateCancellationTokenSource(options.WindDownTimeout);
        return await work(windDown.Token).ConfigureAwait(false);
    }
}
