using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Gateway.Probes;

namespace LightningOps.Reconcile;

/// <summary>
/// The pass of a switch (docs/reference/gateway.md#switches) while other changes are pending: it closes or reopens
/// its services in place, and reports the rest.
/// </summary>
internal sealed class SwitchRollout
{
    private const int MaxNames = 20;
    private readonly ReconcilePass pass;
    private readonly DesiredConfiguration wanted;
    private readonly SwitchScope scope;
    private GatewayState? before;
    private SwitchDecision? decision;
    private IReadOnlyList<ServiceChange>? left;
    private IReadOnlyList<string> stillClosed = [];

    public SwitchRollout(ReconcilePass pass, DesiredConfiguration wanted)
    {
        this.pass = pass;
        this.wanted = wanted;
        scope = pass.Options.Switch!;
    }

    /// <summary>Changes that were left pending.</summary>
    public IReadOnlyList<ServiceChange> Pending => left ?? decision?.Pending ?? [];

    /// <summary>Services that stay closed, each with why.</summary>
    public IReadOnlyList<string> StaysClosed => decision?.StaysClosed ?? [];

    /// <summary>Reads the gateway and decides; warns about pending changes and services that stay closed.</summary>
    /// <returns>Whether it is done in place. If not, the whole configuration is rolled out, or the reason is reported.</returns>
    public async Task<bool> IsInPlaceAsync(CancellationToken stop)
    {
        var failure = await pass.Timeline.AttemptAsync(
            ReconcileStage.ActiveLookup,
            ReconcileFailureCodes.ActiveLookupFailed,
            async (_, token) =>
            {
                before = await pass.Gateway.ReadStateAsync(token).ConfigureAwait(false);
                if (before.RecordFailure is { } unreadable)
                {
                    throw unreadable;
                }
            },
            stop).ConfigureAwait(false);
        failure ??= await pass.Timeline.AttemptAsync(
            ReconcileStage.Plan,
            ReconcileFailureCodes.DeployApplyFailed,
            async (step, token) =>
            {
                decision = await Stoppable.RunAsync(() => SwitchDecision.Make(pass.Gateway, before!, wanted, pass.Options), token).ConfigureAwait(false);
                step.Details["changes"] = decision.Plan?.Changes.Count ?? 0;
            },
            stop).ConfigureAwait(false);
        if (failure is not null || decision is null)
        {
            return false;
        }

        if (decision.StaysClosed.Count > 0)
        {
            pass.Warn("stays_closed", "These services stay closed: " + DenyEnforcement.FormatNames(decision.StaysClosed));
        }

        return !decision.RollsOut;
    }

    /// <summary>Runs it, and warns about pending changes.</summary>
    public async Task<(RolloutResult End, string DeploymentId)> RunAsync(CancellationToken stop)
    {
        var end = scope.Stops ? await CloseAsync(stop).ConfigureAwait(false) : await ReopenAsync(stop).ConfigureAwait(false);
        await FindLeftAsync().ConfigureAwait(false);
        if (Pending.Count > 0)
        {
            pass.Warn("pending_changes", "Not rolled out, because the switch is not about them: " + DenyEnforcement.FormatNames(Pending.Take(MaxNames + 1).Select(Describe).ToArray()) + ". Run Sync-ApertureConfig to roll them out.");
        }
        else if (!wanted.Compile.Valid)
        {
            pass.Warn("pending_changes", "The paywalls do not compile: until they are corrected nothing else can be rolled out. Invoke-LightningCompile shows why.");
            if (stillClosed.Count > 0)
            {
                pass.Warn("stays_closed", "These services are still closed, because the paywalls do not compile: " + DenyEnforcement.FormatNames(stillClosed));
            }
        }

        return end;
    }

    /// <summary>Remaining changes of a roll-out, read from the gateway.</summary>
    private Task FindLeftAsync() => pass.Timeline.AttemptWithinAsync(
        ReconcileStage.Plan,
        ReconcileFailureCodes.ActiveLookupFailed,
        async (step, token) =>
        {
            var now = await pass.Gateway.ReadStateAsync(token).ConfigureAwait(false);
            var after = SwitchDecision.Make(pass.Gateway, now, wanted, pass.Options);
            // A failed close is the failure of the run, not a change of something else.
            left = after.Left.Where(change => !after.IsToBeClosed(change.Name)).ToArray();
            stillClosed = (now.Services ?? []).Where(service => service.IsClosed && after.IsReopened(service.Name)).Select(static service => service.Name).Distinct(StringComparer.Ordinal).ToArray();
            step.Details["changes"] = left.Count;
        },
        pass.Options.WindDownTimeout);

    private static string Describe(ServiceChange change) =>
        change.Name + " (" + (change.Kind is ServiceChangeKind.Closed or ServiceChangeKind.Opened ? "to be " : string.Empty) + EnumName.GetName(change.Kind) + (change.Members.FirstOrDefault(static member => member.Member == "price") is { } price && change.Kind == ServiceChangeKind.Changed ? ", price " + price.OldValue + " to " + price.NewValue : string.Empty) + ")";

    private RolloutState State => new() { Desired = wanted.Compile.ConfigHash, Before = before, Plan = decision!.Plan };

    private async Task<(RolloutResult End, string DeploymentId)> CloseAsync(CancellationToken stop)
    {
        var id = DeploymentIds.ForClosing(pass.Options.RequestId);
        if (DenyRules.From(wanted, scope) is not { } denied)
        {
            return (await EndAsync(id, State, null, LiveConfiguration.Previous).ConfigureAwait(false), id);
        }

        var end = await new DenyEnforcement(pass, denied) { Known = before, IsRecordedByCaller = true }.CloseAsync(null, stop).ConfigureAwait(false);
        var failure = end.Failure is null ? null : new RolloutFailure(ReconcileFailureCodes.ClosingFailed, ReconcileStage.Close, end.Failure);
        var result = await EndAsync(id, State with { Plan = end.Plan ?? decision!.Plan, IsSent = end.IsSent }, failure, end.Serving).ConfigureAwait(false);
        return (result with { DenialHolds = failure is null && (end.IsSent || before is { Evidence: not LiveEvidence.NotKnown }) }, id);
    }

    private async Task<(RolloutResult End, string DeploymentId)> ReopenAsync(CancellationToken stop)
    {
        var id = decision!.Reopening!.DeploymentId;
        if (decision.Refusal is { } refusal)
        {
            pass.Warn(refusal.Code, refusal.Message);
            return (await EndAsync(id, State, new RolloutFailure(ReconcileFailureCodes.DeployApplyFailed, ReconcileStage.Plan, "refused:" + refusal.Code), LiveConfiguration.Previous).ConfigureAwait(false), id);
        }

        if (decision.Plan is null)
        {
            return (await EndAsync(id, State, null, LiveConfiguration.Previous).ConfigureAwait(false), id);
        }

        var isSent = false;
        var failure = await pass.Timeline.AttemptAsync(
            ReconcileStage.Apply,
            ReconcileFailureCodes.DeployApplyFailed,
            async (_, token) =>
            {
                await CreateJournal(id, State).KeepIntentAsync(decision.Plan).ConfigureAwait(false);
                await pass.RequireLeaseAsync().ConfigureAwait(false);
                var gateway = pass.Gateway as IServiceReopening ?? throw new GatewayException(pass.Gateway.Name, "reopen", "not_supported", "Run Sync-ApertureConfig.");
                isSent = true;
                pass.ShowChanges(ReconcileStage.Apply);
                await gateway.ReopenAsync(decision.Reopening!, token).ConfigureAwait(false);
            },
            stop).ConfigureAwait(false) ?? await CheckAsync(stop).ConfigureAwait(false);
        if (failure is { Code: not ReconcileFailureCodes.GatewayChanged } && isSent)
        {
            return (await GoBackAsync(id, failure).ConfigureAwait(false), id);
        }

        var evidence = (pass.Gateway as ILiveEvidence)?.Evidence ?? LiveEvidence.List;
        var serving = !isSent ? LiveConfiguration.Previous : failure is not null ? LiveConfiguration.Unknown : evidence == LiveEvidence.NotKnown ? LiveConfiguration.Written : LiveConfiguration.Reopened;
        return (await EndAsync(id, State with { IsSent = isSent }, failure, serving).ConfigureAwait(false), id);
    }

    /// <summary>Whether the gateway is up and serves the reopened services at the price last rolled out.</summary>
    private async Task<RolloutFailure?> CheckAsync(CancellationToken stop) =>
        await pass.Timeline.AttemptAsync(
            ReconcileStage.Health,
            ReconcileFailureCodes.HealthCheckFailed,
            async (step, token) => step.SetResult(await pass.Gateway.ProbeHealthAsync(token).ConfigureAwait(false)),
            stop).ConfigureAwait(false)
        ?? await pass.Timeline.AttemptAsync(ReconcileStage.Challenge, ReconcileFailureCodes.ChallengeCheckFailed, LookAsync, stop).ConfigureAwait(false);

    private async Task LookAsync(StageStep step, CancellationToken token)
    {
        var now = await pass.Gateway.ReadStateAsync(token).ConfigureAwait(false);
        var closed = (now.Services ?? []).Where(service => decision!.Reopening!.FindRule(service) is not null).Select(static service => service.Name).ToArray();
        if (closed.Length > 0)
        {
            step.Fail("not reopened: " + DenyEnforcement.FormatNames(closed));
            return;
        }

        // A gateway that was not seen to load the configuration may answer as before.
        var rules = GetRules(now);
        var questions = new RouteQuestions(pass.Gateway, pass.Options.ProbeLimit);
        if (!questions.CanAsk || rules is null || pass.Gateway is ILiveEvidence { Evidence: LiveEvidence.NotKnown })
        {
            step.Skip(questions.CanAsk ? "load_not_seen" : ProbeReasons.NoProbeAddress);
            return;
        }

        var wrong = await questions.AskPricesAsync(rules, rules.Where(rule => decision!.Reopening!.Contains(rule.ServiceName)), token).ConfigureAwait(false);
        questions.Warn(pass);
        if (wrong is not null)
        {
            step.SetResult(wrong);
        }
    }

    /// <summary>The live rules, in match order; null if one of them is unknown.</summary>
    private IReadOnlyList<CompiledRule>? GetRules(GatewayState now)
    {
        var rules = new List<CompiledRule>();
        foreach (var service in now.Services ?? [])
        {
            if (now.Origins.FindRolledOut(service.Name) is not { } rule)
            {
                return null;
            }

            rules.Add(rule with { ClosedBy = service.IsClosed ? rule.ClosedBy ?? "stopped" : null });
        }

        return rules;
    }

    private async Task<RolloutResult> GoBackAsync(string id, RolloutFailure failure)
    {
        var trouble = await pass.Timeline.AttemptWithinAsync(
            ReconcileStage.Rollback,
            ReconcileFailureCodes.RollbackFailed,
            async (_, token) => await pass.Gateway.RollBackAsync(pass.Options.RequestId, id, before!, token).ConfigureAwait(false),
            pass.WindDownTimeout).ConfigureAwait(false);
        return trouble is null
            ? await EndAsync(id, State with { IsSent = true }, failure, pass.Gateway is ILiveEvidence { Evidence: LiveEvidence.NotKnown } ? LiveConfiguration.Unknown : LiveConfiguration.Previous).ConfigureAwait(false)
            : await EndAsync(id, State with { IsSent = true }, trouble with { Reason = failure.Reason + "; " + trouble.Reason }, LiveConfiguration.Unknown).ConfigureAwait(false);
    }

    private async Task<RolloutResult> EndAsync(string id, RolloutState state, RolloutFailure? failure, LiveConfiguration serving)
    {
        var evidence = (pass.Gateway as ILiveEvidence)?.Evidence ?? LiveEvidence.List;
        if (!state.IsSent)
        {
            serving = GatewayStanding.FindUnchanged(state.Desired, state.Before, decision!.Full, evidence);
        }

        var status = failure is not null ? DeploymentStatus.Failed : state.IsSent && serving == LiveConfiguration.Written ? DeploymentStatus.Pending : DeploymentStatus.Applied;
        var outcome = new DeploymentOutcome(status, new CheckProgress())
        {
            Failure = failure,
            AppliedAtMs = status == DeploymentStatus.Applied ? pass.Time.GetUtcNow().ToUnixTimeMilliseconds() : null,
        };
        var isRecorded = await CreateJournal(id, state).RecordOutcomeAsync(outcome, serving).ConfigureAwait(false);
        return new RolloutResult(state, outcome, serving, isRecorded) { Evidence = serving == LiveConfiguration.Unknown || (serving == LiveConfiguration.Previous && state.Before is null) ? LiveEvidence.NotKnown : evidence, Doubt = (pass.Gateway as ILiveEvidence)?.Doubt };
    }

    private DeploymentJournal CreateJournal(string id, RolloutState state) => new(pass)
    {
        RequestId = pass.Options.RequestId,
        DeploymentId = id,
        ConfigHash = state.Plan?.ConfigHash ?? before?.Active?.ConfigHash ?? state.Desired,
        Diagnostics = state.Plan?.Diagnostics ?? [],
        EventRule = null,
    };
}
