using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Probes;
using LightningOps.Leases;
using LightningOps.Observability;
using LightningOps.Reconcile.Outbox;

namespace LightningOps.Reconcile;

/// <summary>
/// Brings one gateway in line with the control plane in one pass: compile, roll out, check, and roll back if a check
/// fails (docs/reference/gateway.md#reconcile).
/// </summary>
public sealed class Reconciler
{
    /// <summary>How long a stop waits for the paywalls: what is served is closed without them.</summary>
    private static readonly TimeSpan ListPatience = TimeSpan.FromSeconds(30);

    private static readonly RolloutFailure DoesNotCompile = new(ReconcileFailureCodes.CompileValidationFailed, ReconcileStage.Compile, ReconcileFailureCodes.CompileValidationFailed);

    private readonly IControlPlane controlPlane;
    private readonly IGateway gateway;
    private readonly TimeProvider time;
    private readonly ILeaseStore leases;
    private readonly IOutbox outbox;
    private readonly IProgress<StageReport>? progress;
    private readonly ReconcileObserver observer;

    /// <summary>A reconciler of one gateway with the system's clock; nothing is sent yet.</summary>
    /// <param name="controlPlane">The control plane, which also records deployments; its creator disposes it.</param>
    /// <param name="gateway">The gateway; its creator disposes it.</param>
    /// <param name="stores">Storage of the gateway's lease and the outbox; disposed by its opener.</param>
    /// <param name="progress">Receives each stage when it begins and ends, on the running thread; may be null.</param>
    /// <param name="observability">Sink for a record of each reconcile; its failure is a warning on the result. May be null.</param>
    public Reconciler(
        IControlPlane controlPlane, IGateway gateway, ReconcileStores stores, IProgress<StageReport>? progress = null, IObservabilitySink? observability = null)
        : this(controlPlane, gateway, TimeProvider.System, stores.Leases, stores.Outbox, progress, observability) => History = stores.History;

    /// <summary>A reconciler of one gateway; nothing is sent yet.</summary>
    /// <param name="controlPlane">The control plane, which also records deployments; its creator disposes it.</param>
    /// <param name="gateway">The gateway; its creator disposes it.</param>
    /// <param name="time">Clock of all recorded times and limits.</param>
    /// <param name="leases">Storage of the gateway lease.</param>
    /// <param name="outbox">Outbox for records that the control plane could not receive.</param>
    /// <param name="progress">Receives each stage when it begins and ends, on the running thread; may be null.</param>
    /// <param name="observability">Sink for a record of each reconcile; its failure is a warning on the result. May be null.</param>
    public Reconciler(
        IControlPlane controlPlane,
        IGateway gateway,
        TimeProvider time,
        ILeaseStore leases,
        IOutbox outbox,
        IProgress<StageReport>? progress = null,
        IObservabilitySink? observability = null)
    {
        this.controlPlane = controlPlane;
        this.gateway = gateway;
        this.time = time;
        this.leases = leases;
        this.outbox = outbox;
        this.progress = progress;
        observer = new ReconcileObserver(observability, time, gateway.Name);
    }

    /// <summary>Why the gateway is not reconciled; null if it is. Switches are still applied.</summary>
    public ReconcileSuspension? Suspension { get; init; }

    /// <summary>
    /// Adds an entry to the journal before the first write of a roll-out; receives what was done and who is warned if
    /// that fails. Null to add none.
    /// </summary>
    public Func<JournalDraft, Action<string>, Task>? Journal { get; init; }

    /// <summary>Earlier roll-outs that count for the guard rails; null to keep none.</summary>
    internal GuardRailHistory? History { get; init; }

    /// <summary>Name of the gateway.</summary>
    public string GatewayName => gateway.Name;

    /// <summary>Runs one pass.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="cancellationToken">Stops it between stages and within calls. Once something was sent, the result
    /// states the outcome: rolled back, or applied if there was nothing to return to.</param>
    /// <exception cref="LeaseHeldException">Another reconcile of this gateway is running; nothing was changed.</exception>
    /// <exception cref="LightningOpsException">The paywalls or the security state cannot be read, or the lease cannot
    /// be taken: deny; nothing was changed or recorded.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before anything was recorded or sent.</exception>
    public Task<ReconcileResult> RunAsync(ReconcileOptions options, CancellationToken cancellationToken) =>
        observer.ObserveAsync(options.RequestId, () => PassAsync(options, options.Switch is null ? FindSuspended(options) : null, cancellationToken));

    private RolloutFailure? FindSuspended(ReconcileOptions options) => Suspension is null || options.JournalKind == JournalKind.Restore ? null
        : new RolloutFailure(ReconcileFailureCodes.ReconcileSuspended, ReconcileStage.Pending, Suspension.Describe());

    /// <summary>Only closes paused and killed services, because an earlier gateway of the same roll-out failed.</summary>
    /// <param name="options">Options of the pass.</param>
    /// <param name="reason">Why the pass is not run, without a secret.</param>
    /// <param name="cancellationToken">Stops it; what is closed by then stays closed.</param>
    /// <returns>The result, which is never ok. Null when no denied service is open, and then nothing is recorded.</returns>
    /// <exception cref="LeaseHeldException">Another reconcile of this gateway is running; nothing was changed.</exception>
    /// <exception cref="LightningOpsException">The paywalls or the security state cannot be read, or the lease cannot be taken.</exception>
    internal async Task<ReconcileResult?> CloseDeniedAsync(ReconcileOptions options, string reason, CancellationToken cancellationToken) =>
        await MaySellDeniedServicesAsync(options, cancellationToken).ConfigureAwait(false)
            ? await observer.ObserveAsync(
                options.RequestId,
                () => PassAsync(options, new RolloutFailure(ReconcileFailureCodes.SequenceFailed, ReconcileStage.Pending, reason), cancellationToken)).ConfigureAwait(false)
            : null;

    /// <summary>Closes open services that a pause, a kill switch or a paused paywall denies; changes nothing else.</summary>
    /// <param name="options">Options of a pass.</param>
    /// <param name="cancellationToken">Stops it; what is closed by then stays closed.</param>
    /// <returns>The result. Null when no denied service is open, and then nothing is recorded.</returns>
    /// <exception cref="LeaseHeldException">Another reconcile of this gateway is running; nothing was changed.</exception>
    /// <exception cref="LightningOpsException">The paywalls or the security state cannot be read, or the lease cannot be taken.</exception>
    internal async Task<ReconcileResult?> CloseAsync(ReconcileOptions options, CancellationToken cancellationToken) =>
        await MaySellDeniedServicesAsync(options, cancellationToken).ConfigureAwait(false)
            ? await RunAsync(options with { Switch = new SwitchScope { Stops = true }, AllowOrderLoss = true }, cancellationToken).ConfigureAwait(false)
            : null;

    /// <summary>Reverts an earlier pass, because a later gateway of the same roll-out failed.</summary>
    /// <param name="applied">The result of that pass.</param>
    /// <param name="options">Options of the pass.</param>
    /// <param name="reason">The reason, without a secret.</param>
    /// <returns>The result; <paramref name="applied"/> with a warning when there is nothing to revert, or another deployment has followed.</returns>
    /// <exception cref="LeaseHeldException">Another reconcile of this gateway is running; nothing was changed.</exception>
    internal Task<ReconcileResult> RollBackAsync(ReconcileResult applied, ReconcileOptions options, string reason) =>
        observer.ObserveAsync(options.RequestId, () => UndoRolloutAsync(applied, options, reason), earlierStages: applied.Stages.Count);

    /// <summary>A check without a lease. A gateway that does not answer may serve anything.</summary>
    private async Task<bool> MaySellDeniedServicesAsync(ReconcileOptions options, CancellationToken cancellationToken)
    {
        var timeline = new StageTimeline(time, null, gateway.Name, options.RequestId);
        if (DenyRules.From(await DesiredConfiguration.ReadAsync(controlPlane, gateway, options.Compile, null, options.Suspended, timeline, cancellationToken).ConfigureAwait(false)) is not { } denied)
        {
            return false;
        }

        try
        {
            return gateway.PlanClosing(await gateway.ReadStateAsync(cancellationToken).ConfigureAwait(false), denied.CreateClosing(options)) is not null;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <param name="options">Its options.</param>
    /// <param name="refusal">Why only denied services are closed; null to roll out.</param>
    /// <param name="cancellationToken">Stops it.</param>
    private async Task<ReconcileResult> PassAsync(ReconcileOptions options, RolloutFailure? refusal, CancellationToken cancellationToken)
    {
        var timeline = new StageTimeline(time, progress, gateway.Name, options.RequestId);
        ReportStarts(options, timeline);
        var (lease, missing) = await TakeLeaseIfPossibleAsync(options, timeline, cancellationToken).ConfigureAwait(false);
        using var held = LeaseScope.Enter(lease.Holder);
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
            var pass = new ReconcilePass(controlPlane, gateway, outbox, time, options, timeline, lease) { History = History, Journal = Journal };
            await SendOutboxAsync(pass, stop.Token).ConfigureAwait(false);
            using var patience = options.Switch is { Stops: true } ? time.CreateCancellationTokenSource(ListPatience) : new CancellationTokenSource();
            var wanted = await DesiredConfiguration.ReadAsync(controlPlane, gateway, options.Compile, options.Listed, options.Suspended, timeline, stop.Token, mayBeEmpty: options.Switch is null, patience: patience.Token).ConfigureAwait(false);
            var denied = DenyRules.From(wanted, options.Switch);
            if (missing is not null && denied is null)
            {
                throw missing;
            }

            var probe = ProbeRouteFinder.Find(wanted.Compile.Rules);
            var journal = CreateJournal(pass, wanted.Compile, probe);
            var rollout = new Rollout(pass, wanted.Compile, journal, probe, denied) { Desired = wanted };
            var isSwitched = options.Switch is { } scope && (wanted.Compile.Valid || !scope.Stops) && wanted.Security is not null && wanted.Unread is null && missing is null && refusal is null;
            var switched = isSwitched ? new SwitchRollout(pass, wanted) : null;
            if (switched is not null && await switched.IsInPlaceAsync(stop.Token).ConfigureAwait(false))
            {
                var (done, id) = await switched.RunAsync(stop.Token).ConfigureAwait(false);
                var others = FindLeftAlone(done, wanted.Compile);
                WarnOfRestart(pass, denied);
                WarnOfOthers(pass, denied, others, IsSeen(done));
                return CreateResult(pass, done, wanted.Compile, journal, cancellationToken.IsCancellationRequested) with
                {
                    DeploymentId = id,
                    Denied = denied,
                    LeftAlone = others,
                    Pending = switched.Pending,
                    StaysClosed = switched.StaysClosed,
                };
            }

            var end = (wanted.Unread is { } unread ? new RolloutFailure(ReconcileFailureCodes.PaywallsUnreadable, ReconcileStage.List, RolloutFailure.GetReason(unread))
                : !wanted.Compile.Valid ? DoesNotCompile
                : missing is not null ? new RolloutFailure(ReconcileFailureCodes.LeaseUnavailable, ReconcileStage.Lease, RolloutFailure.GetReason(missing))
                : refusal ?? FindSuspended(options)) is { } failure
                ? await rollout.RefuseAsync(failure, stop.Token).ConfigureAwait(false)
                : await rollout.RunAsync(stop.Token).ConfigureAwait(false);
            if (missing is LeaseHeldException)
            {
                // The holder of the lease may have read the switches before they were set, and may reopen the
                // services.
                pass.Warn("closed_without_lease", "Closed without the lease: " + missing.Message + " Another process may reopen it.");
                (pass.Gateway as IRecordedEvidence)?.ForgetEvidence();
                end = end with { Serving = LiveConfiguration.Unknown, DenialHolds = false };
            }

            var leftAlone = options.Prune ? [] : FindLeftAlone(end, wanted.Compile);
            WarnOfOthers(pass, denied, leftAlone, IsSeen(end));
            WarnOfRestart(pass, denied);
            return CreateResult(pass, end, wanted.Compile, journal, cancellationToken.IsCancellationRequested) with
            {
                Denied = denied,
                LeftAlone = leftAlone,
                StaysClosed = switched?.StaysClosed ?? [],
                Paywalls = wanted.Unread is null && wanted.Compile.Valid ? wanted.Paywalls : null,
            };
        }
        finally
        {
            await lease.ReleaseAsync().ConfigureAwait(false);
        }
    }

    private static RestartCost? FindRestartCost(ReconcilePass pass)
    {
        try
        {
            return RestartCost.Find(pass.Gateway, pass.Options.AccessLogPath);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            pass.Warn("access_log_unread", "The access log cannot be read: " + failure.Message);
            return RestartCost.Find(pass.Gateway, null);
        }
    }

    /// <summary>What a restart of the gateway would undo of what was changed, and what it brings back.</summary>
    private static void WarnOfRestart(ReconcilePass pass, DenyRules? denied)
    {
        if (denied is not null && pass.Gateway is IRestarted { HangsUp: true })
        {
            pass.Warn(HangupCommand.Code, HangupCommand.Warning);
        }

        if (pass.Gateway is not IChangeDurability changed)
        {
            return;
        }

        if (changed.Durability == ChangeDurability.NotDurable)
        {
            pass.Warn("not_durable", "NOT DURABLE: the gateway serves these changes, but could not store them. A restart would lose them; the next command sends them again: " + DenyEnforcement.FormatNames(changed.Unsaved));
        }
        else if (changed.Durability == ChangeDurability.NotKnown)
        {
            pass.Warn("durability_not_known", "It is not known whether the gateway has stored the change so that it outlives a restart.");
        }

        if (changed.Unkept.Count > 0)
        {
            pass.Warn("others_not_kept", "NOT KEPT: the former state of these services of others could not be kept. Lifting the pause leaves them closed; restore them by hand: " + DenyEnforcement.FormatNames(changed.Unkept.Select(DescribeService).ToArray()));
        }

        if (changed.Unwritten.Count > 0)
        {
            pass.Warn("not_kept", "Closed, but not kept: " + string.Join("; ", changed.Unwritten));
        }

        if (changed.LeftClosed.Count > 0)
        {
            pass.Warn("others_left_closed", "LEFT CLOSED: the pause closed these services of others, and they could not be put back. The next lift or roll-out tries it again: " + DenyEnforcement.FormatNames(changed.LeftClosed));
        }

        if (changed.BackAfterRestart.Count > 0)
        {
            pass.Warn("back_after_restart", "Their rows were deleted, so that the aperture.yaml counts again. They are served again after a restart of Aperture: " + DenyEnforcement.FormatNames(changed.BackAfterRestart));
        }
    }

    private static string DescribeService(GatewayService service) =>
        service.Name + " (" + service.Address + (service.Sells ? ", " + service.EffectivePrice.ToString(CultureInfo.InvariantCulture) + " sat" : string.Empty) + ")";

    private static void WarnOfOthers(ReconcilePass pass, DenyRules? denied, IReadOnlyList<SellingService> leftAlone, bool isSeen)
    {
        if (denied is { IsEverything: true } && leftAlone.Count > 0)
        {
            var reason = pass.Options.CloseOthers ? "Not closed, and not recorded as made by this store. " : "Not closed, because no record says that this store made them. ";
            var seen = isSeen ? "They asked for payment when the gateway was read: " : "The written configuration has them open, and it is not known whether the gateway sells them: ";
            pass.Warn("others_still_sell", reason + seen + DenyEnforcement.FormatNames(leftAlone.Select(service => service.ToString()).ToArray()));
        }
    }

    /// <summary>Whether the services that were read were known to be live, and not only written.</summary>
    private static bool IsSeen(RolloutResult end) => end.State.Before is { Evidence: not LiveEvidence.NotKnown };

    /// <summary>Open services of others that were not closed with the rest.</summary>
    private static IReadOnlyList<SellingService> FindLeftAlone(RolloutResult end, CompileResult compile)
    {
        var closed = new HashSet<string>(
            end.DenialHolds ? end.State.Plan?.Changes.Where(change => change.Kind == ServiceChangeKind.Closed).Select(change => change.Name) ?? [] : [],
            StringComparer.Ordinal);
        return (end.State.Before?.FindLeftAlone(compile.Rules.Select(rule => rule.ServiceName)) ?? []).Where(service => !closed.Contains(service.Name)).ToArray();
    }

    private async Task<ReconcileResult> UndoRolloutAsync(ReconcileResult applied, ReconcileOptions options, string reason)
    {
        if (!RolloutFinisher.CanGoBack(applied.Before))
        {
            return WithWarning(applied, "not_taken_back", gateway.Name + " had no services before that it could go back to; it was not changed.");
        }

        var timeline = new StageTimeline(time, progress, gateway.Name, options.RequestId);
        ReportStarts(options, timeline);
        var lease = await AcquireLeaseAsync(options, timeline, CancellationToken.None).ConfigureAwait(false);
        using var held = LeaseScope.Enter(lease.Holder);
        try
        {
            var pass = new ReconcilePass(controlPlane, gateway, outbox, time, options, timeline, lease);
            var ending = new RolloutFinisher(pass, CreateJournal(pass, applied), applied.Denied) { Drain = Rollout.FindDrain(pass) };
            if (!await ending.IsWrittenAsync(applied.ConfigHash).ConfigureAwait(false))
            {
                return WithWarning(applied, "not_taken_back", gateway.Name + " no longer has " + applied.ConfigHash + "; it was not changed.");
            }

            var state = new RolloutState
            {
                Before = applied.Before,
                Plan = applied.Plan,
                IsSent = true,
                Desired = applied.ConfigHash,
                Progress = new CheckProgress { HealthOk = applied.HealthOk, ChallengeOk = applied.ChallengeOk, ProxyOk = applied.ProxyOk },
            };
            var end = await ending.FailAndRollBackAsync(state, new RolloutFailure(ReconcileFailureCodes.SequenceFailed, ReconcileStage.Rollback, ReconcileRemedies.RolledOutBefore + reason), CancellationToken.None).ConfigureAwait(false);
            await Rollout.UndrainAsync(pass).ConfigureAwait(false);
            return WithRolloutResult(applied, end) with { Stages = [.. applied.Stages, .. timeline.Completed], Warnings = [.. applied.Warnings, .. pass.Warnings] };
        }
        finally
        {
            await lease.ReleaseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A missing lease never keeps denied services open: a lease of this process is used instead, with the reason. If
    /// another process holds the lease, this applies only when the operator stops sales now.
    /// </summary>
    private async Task<(Lease Lease, LightningOpsException? Missing)> TakeLeaseIfPossibleAsync(ReconcileOptions options, StageTimeline timeline, CancellationToken cancellationToken)
    {
        try
        {
            return (await AcquireLeaseAsync(options, timeline, cancellationToken).ConfigureAwait(false), null);
        }
        catch (LightningOpsException missing) when (missing is not LeaseHeldException || options.ClosesWithoutLease)
        {
            return (await Lease.AcquireAsync(new MemoryLeases(), time, new LeaseRequest(gateway.Name, options.RequestId), cancellationToken).ConfigureAwait(false), missing);
        }
    }

    private Task<Lease> AcquireLeaseAsync(ReconcileOptions options, StageTimeline timeline, CancellationToken cancellationToken) =>
        timeline.RunAsync(
            ReconcileStage.Lease,
            _ => Lease.AcquireAsync(
                leases,
                time,
                new LeaseRequest(gateway.Name, options.RequestId) { Wait = options.LeaseWait, Waiting = holder => timeline.ReportWaiting(ReconcileStage.Lease, "held by " + holder) },
                cancellationToken));

    private void ReportStarts(ReconcileOptions options, StageTimeline timeline)
    {
        if (gateway is IRestarted restarted)
        {
            restarted.StartWaiting = timeline.ReportStarting;
            restarted.Terminated = options.Terminated;
        }
    }

    private static Task SendOutboxAsync(ReconcilePass pass, CancellationToken cancellationToken) =>
        pass.Timeline.RunAsync(ReconcileStage.Outbox, async step =>
        {
            var sent = await new OutboxSender(pass).SendAsync(cancellationToken).ConfigureAwait(false);
            step.Details["sent"] = sent;
            return sent;
        });

    private static DeploymentJournal CreateJournal(ReconcilePass pass, CompileResult compile, ProbeRoute? probe) => new(pass)
    {
        RequestId = pass.Options.RequestId,
        DeploymentId = compile.Valid ? DeploymentIds.ForReconcile(pass.Options.RequestId) : DeploymentIds.ForCompile(pass.Options.RequestId),
        ConfigHash = compile.ConfigHash,
        Diagnostics = compile.Diagnostics,
        EventRule = compile.Valid ? probe?.Rule ?? compile.Rules.FirstOrDefault() : null,
    };

    private static DeploymentJournal CreateJournal(ReconcilePass pass, ReconcileResult applied) => new(pass)
    {
        RequestId = applied.RequestId,
        DeploymentId = applied.DeploymentId,
        ConfigHash = applied.ConfigHash,
        Diagnostics = applied.Diagnostics,
        EventRule = applied.EventRule,
    };

    private static ReconcileResult CreateResult(ReconcilePass pass, RolloutResult end, CompileResult compile, DeploymentJournal journal, bool isCancelled)
    {
        var result = new ReconcileResult
        {
            RequestId = journal.RequestId,
            ConfigHash = compile.ConfigHash,
            RuleCount = compile.RuleCount,
            Valid = compile.Valid,
            DeploymentStatus = end.Outcome.Status,
            DeploymentId = journal.DeploymentId,
            ChallengeOk = end.Outcome.Progress.ChallengeOk,
            ProxyOk = end.Outcome.Progress.ProxyOk,
            HealthOk = end.Outcome.Progress.HealthOk,
            Diagnostics = compile.Diagnostics,
            Gateway = pass.Gateway.Name,
            WasCancelled = isCancelled,
            Plan = end.State.Plan,
            Durability = (pass.Gateway as IChangeDurability)?.Durability,
            LastStart = (pass.Gateway as IRestarted)?.LastStart,
            RestartCost = end.State.IsSent ? FindRestartCost(pass) : null,
            Before = end.State.Before,
            IsRestored = pass.Options.IsGatewayOnly,
            EventRule = journal.EventRule,
            Rules = compile.Rules,
        };
        if (isCancelled)
        {
            pass.Warn("cancelled", "Stopped. " + journal.DeploymentId + " ended " + EnumName.GetName(end.Outcome.Status) + ". " + GatewayStanding.For(compile.ConfigHash, end.State.Before, end.Serving, end.Evidence, end.Doubt));
        }

        return WithRolloutResult(result, end) with { Stages = pass.Timeline.Completed, Warnings = pass.Warnings.ToArray() };
    }

    private static ReconcileResult WithWarning(ReconcileResult result, string code, string message) =>
        result with { Warnings = [.. result.Warnings, new ReconcileWarning(code, message)] };

    private static ReconcileResult WithRolloutResult(ReconcileResult result, RolloutResult end) => result with
    {
        DeploymentStatus = end.Outcome.Status,
        FailureCode = end.Outcome.Failure?.Code ?? (end.IsRecorded ? null : ReconcileFailureCodes.DeploymentRecordFailed),
        FailureReason = end.Outcome.Failure?.Reason,
        FailureAddress = end.Outcome.Failure?.Address,
        Changed = end.State.IsSent && end.Serving != LiveConfiguration.Previous,
        Serving = end.Serving,
        Evidence = end.Evidence,
        Doubt = end.Doubt,
        DenialHolds = end.DenialHolds,
        ImageDigest = end.Outcome.ImageDigest,
        RolledBackFrom = end.Outcome.RolledBackFrom,
    };
}
