using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Json;

namespace LightningOps.Reconcile;

/// <summary>
/// Closes paused and killed services if the desired configuration does not reach the gateway, because the paywalls do
/// not compile or it was rolled back. The gateway keeps its live configuration with the denied services closed;
/// nothing is ever opened. It is recorded as a separate deployment.
/// </summary>
internal sealed class DenyEnforcement
{
    private const int MaxNames = 20;
    private readonly ReconcilePass pass;
    private readonly GatewayClosing closing;
    private GatewayState? before;
    private RolloutPlan? plan;
    private GatewayDeployment? live;
    private bool isSent;
    private bool isWritten;

    public DenyEnforcement(ReconcilePass pass, DenyRules denied)
    {
        this.pass = pass;
        closing = denied.CreateClosing(pass.Options);
    }

    /// <summary>The known state of the gateway; null to read it.</summary>
    public GatewayState? Known { get; init; }

    /// <summary>Whether the caller records the outcome.</summary>
    public bool IsRecordedByCaller { get; init; }

    /// <summary>Time limit for reading the state of a gateway that has just failed to report it; null for the gateway's own.</summary>
    public TimeSpan? ReadStateTimeout { get; init; }

    /// <summary>Names for people, the first of many.</summary>
    public static string FormatNames(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(MaxNames)) + (names.Count > MaxNames ? ", …" : string.Empty);

    /// <summary>Closes the services.</summary>
    /// <param name="approved">The plan approved by the operator; null closes everything denied.</param>
    /// <param name="stop">Stops it before it is sent, and within the call. Services closed by then stay closed.</param>
    public async Task<EnforcementResult> CloseAsync(RolloutPlan? approved, CancellationToken stop)
    {
        var failure = await ReadStateAsync(stop).ConfigureAwait(false) ?? await PlanAsync(approved, stop).ConfigureAwait(false);
        if (failure is null && plan is null)
        {
            var nothing = EnforcementResult.Nothing with { Before = before, Failure = Undecided() };
            Warn(nothing);
            return nothing;
        }

        failure ??= await SendAsync(stop).ConfigureAwait(false);
        var open = await OpenAsync().ConfigureAwait(false);
        var answers = open is { Count: 0 } ? await AskAsync().ConfigureAwait(false) : null;
        var end = CreateResult(failure ?? answers, answers is null ? open : null);
        Warn(end);
        if (isSent && !IsRecordedByCaller)
        {
            await RecordAsync(end).ConfigureAwait(false);
        }

        return end;
    }

    private Task<RolloutFailure?> ReadStateAsync(CancellationToken stop) => pass.Timeline.AttemptAsync(
        ReconcileStage.ActiveLookup,
        ReconcileFailureCodes.ClosingFailed,
        async (_, token) =>
        {
            using var limit = pass.Time.CreateCancellationTokenSource(ReadStateTimeout ?? Timeout.InfiniteTimeSpan);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
            before = Known ?? await pass.Gateway.ReadStateAsync(either.Token).ConfigureAwait(false);
        },
        stop);

    private Task<RolloutFailure?> PlanAsync(RolloutPlan? approved, CancellationToken stop) => pass.Timeline.AttemptAsync(
        ReconcileStage.Plan,
        ReconcileFailureCodes.ClosingFailed,
        async (step, token) =>
        {
            plan = await Stoppable.RunAsync(() => pass.Gateway.PlanClosing(before!, closing), token).ConfigureAwait(false);
            step.Details["changes"] = plan?.Changes.Count ?? 0;
            if (plan is { IsRefused: true })
            {
                step.Fail("refused:" + string.Join("; ", plan.Diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(static diagnostic => diagnostic.Code + ": " + diagnostic.Message)));
            }
            else if (plan is not null && approved is not null && !IsApproved(approved, plan))
            {
                step.Fail(ReconcileFailureCodes.PlanChanged);
            }
        },
        stop);

    private Task<RolloutFailure?> SendAsync(CancellationToken stop) => pass.Timeline.AttemptAsync(
        ReconcileStage.Close,
        ReconcileFailureCodes.ClosingFailed,
        async (step, token) =>
        {
            await pass.RequireLeaseAsync().ConfigureAwait(false);
            isSent = true;
            step.Details["services"] = string.Join(",", GetNames(plan?.Changes ?? []));
            pass.ShowChanges(ReconcileStage.Close);
            live = await pass.Gateway.CloseAsync(closing, token).ConfigureAwait(false);
        },
        stop);

    /// <summary>Denied services that are open now, read from the gateway; null when unknown.</summary>
    private async Task<IReadOnlyList<ServiceChange>?> OpenAsync()
    {
        if (!isSent)
        {
            return plan?.Changes ?? [];
        }

        IReadOnlyList<ServiceChange>? open = null;
        await pass.Timeline.AttemptWithinAsync(
            ReconcileStage.ActiveLookup,
            ReconcileFailureCodes.ClosingFailed,
            async (_, token) =>
            {
                var now = await pass.Gateway.ReadStateAsync(token).ConfigureAwait(false);
                live = now.Active;
                var rest = pass.Gateway.PlanClosing(now, closing);
                isWritten = rest is null or { Changes.Count: 0 };
                open = rest is null ? [] : isWritten ? null : rest.Changes;
            },
            pass.Options.WindDownTimeout).ConfigureAwait(false);
        return open;
    }

    /// <summary>Probes the closed services at the gateway; a deviating answer, or null.</summary>
    private async Task<RolloutFailure?> AskAsync()
    {
        var questions = new RouteQuestions(pass.Gateway, pass.Options.ProbeLimit);
        if (before?.Services is not { } services || !questions.CanAsk)
        {
            return null;
        }

        var names = new HashSet<string>(plan!.Changes.Select(static change => change.Name), StringComparer.Ordinal);
        await pass.Timeline.AttemptWithinAsync(
            ReconcileStage.Challenge,
            ReconcileFailureCodes.ClosingFailed,
            async (_, token) => await questions.AskClosedAsync(services, services.Where(service => names.Contains(service.Name)).Select(service => (service, service.EffectivePrice)).ToArray(), token).ConfigureAwait(false),
            pass.Options.WindDownTimeout).ConfigureAwait(false);
        questions.Warn(pass);
        return questions.Trouble is { } trouble ? new RolloutFailure(ReconcileFailureCodes.ClosingFailed, ReconcileStage.Challenge, trouble) : null;
    }

    private string NotShown() => pass.Gateway is ILiveEvidence { Evidence: LiveEvidence.NotKnown } written
        ? "written, but " + (written.Doubt ?? LoadDoubt.Unknown).Cause
        : "the gateway does not show it";

    private EnforcementResult CreateResult(RolloutFailure? failure, IReadOnlyList<ServiceChange>? open)
    {
        var isDone = isSent && open is { Count: 0 };
        var trouble = isDone ? null : (failure?.Reason ?? NotShown()) + (open is { Count: > 0 } ? " (NOT CLOSED: " + FormatNames(GetNames(open)) + ")" : string.Empty);
        var undecided = Undecided();
        return new EnforcementResult
        {
            Before = before,
            Plan = plan,
            IsSent = isSent,
            IsWritten = isSent && isWritten,
            Open = open is null ? null : GetNames(open),
            Serving = isDone ? LiveConfiguration.Closed : isSent ? LiveConfiguration.Unknown : LiveConfiguration.Previous,
            Closed = open is null ? [] : GetNames((plan?.Changes ?? []).Where(change => !open.Any(rest => IsSame(rest, change)))),
            Failure = trouble is null ? undecided : undecided is null ? trouble : trouble + "; " + undecided,
        };
    }

    /// <summary>Services that stay open because it is not known whether they are denied; null for none.</summary>
    private string? Undecided() => before is null || closing.FindUndecided(before) is not { Count: > 0 } names ? null : "NOT CLOSED, owner unknown: " + FormatNames(names);

    private void Warn(EnforcementResult end)
    {
        if (end.Closed.Count > 0)
        {
            pass.Warn("denied_services_closed", "Closed because of a pause or kill switch: " + FormatNames(end.Closed));
        }

        if (end.Failure is not null)
        {
            pass.Warn("denied_services_open", "Paused or killed services may still be selling: " + end.Failure);
        }
    }

    private async Task RecordAsync(EnforcementResult end)
    {
        var journal = new DeploymentJournal(pass)
        {
            RequestId = pass.Options.RequestId,
            DeploymentId = closing.DeploymentId,
            ConfigHash = live?.ConfigHash ?? plan!.ConfigHash,
            Diagnostics = plan!.Diagnostics,
            EventRule = null,
        };
        var outcome = end.Failure is null
            ? new DeploymentOutcome(DeploymentStatus.Applied, new CheckProgress()) { AppliedAtMs = pass.Time.GetUtcNow().ToUnixTimeMilliseconds(), ImageDigest = live?.ImageDigest }
            : new DeploymentOutcome(DeploymentStatus.Failed, new CheckProgress()) { Failure = new RolloutFailure(ReconcileFailureCodes.ClosingFailed, ReconcileStage.Close, end.Failure) };
        await journal.RecordOutcomeAsync(outcome, end.Serving).ConfigureAwait(false);
    }

    /// <summary>Whether the operator approved it, or more: an approved roll-out that closes services includes the closing alone.</summary>
    private static bool IsApproved(RolloutPlan approved, RolloutPlan plan)
    {
        var gone = new HashSet<string>(
            approved.Changes.Where(change => change.Kind is ServiceChangeKind.Closed or ServiceChangeKind.Removed).Select(change => change.Name),
            StringComparer.Ordinal);
        return ArtifactJson.Serialize(approved) == ArtifactJson.Serialize(plan) || (plan.Changes.Count > 0 && plan.Changes.All(change => gone.Contains(change.Name)));
    }

    private static bool IsSame(ServiceChange one, ServiceChange other) =>
        one.Name == other.Name && (one.Endpoint is null || other.Endpoint is null || one.Endpoint == other.Endpoint);

    private static IReadOnlyList<string> GetNames(IEnumerable<ServiceChange> changes) =>
        changes.Select(change => change.Name + (change.Endpoint is null ? string.Empty : " at " + change.Endpoint)).ToArray();
}

/// <summary>Result of closing denied services.</summary>
internal sealed record EnforcementResult
{
    /// <summary>No denied service was open.</summary>
    public static EnforcementResult Nothing { get; } = new() { Serving = LiveConfiguration.Previous };

    /// <summary>The live configuration.</summary>
    public required LiveConfiguration Serving { get; init; }

    /// <summary>The state before; null when unknown.</summary>
    public GatewayState? Before { get; init; }

    /// <summary>The planned changes, or null.</summary>
    public RolloutPlan? Plan { get; init; }

    /// <summary>Names of the services that were closed.</summary>
    public IReadOnlyList<string> Closed { get; init; } = [];

    /// <summary>Whether something was sent, or may have been.</summary>
    public bool IsSent { get; init; }

    /// <summary>Whether the gateway holds the closed services, loaded or not.</summary>
    public bool IsWritten { get; init; }

    /// <summary>Names of the services that are open; null when that is not known.</summary>
    public IReadOnlyList<string>? Open { get; init; }

    /// <summary>Why a denied service may still be open, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>The outcome, for the reason of a failure; empty when there was nothing to do.</summary>
    public string Summary =>
        Failure is not null ? "; denied services may still be open: " + Failure
        : Closed.Count > 0 ? "; still closed: " + DenyEnforcement.FormatNames(Closed)
        : string.Empty;
}
