using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts.Reports;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;
using LightningOps.Observability;
using LightningOps.Paywalls;

namespace LightningOps.Reconcile;

/// <summary>Compares a gateway with the control plane and computes the plan; changes and records nothing.</summary>
public sealed class DriftCheck
{
    private readonly IControlPlane controlPlane;
    private readonly IGateway gateway;
    private readonly TimeProvider time;
    private readonly IProgress<StageReport>? progress;

    /// <summary>A check of one gateway with the system's clock.</summary>
    /// <param name="controlPlane">The control plane; its creator disposes it.</param>
    /// <param name="gateway">The gateway; its creator disposes it.</param>
    /// <param name="progress">Receives each stage; may be null.</param>
    public DriftCheck(IControlPlane controlPlane, IGateway gateway, IProgress<StageReport>? progress = null)
        : this(controlPlane, gateway, TimeProvider.System, progress)
    {
    }

    /// <summary>A check of one gateway.</summary>
    /// <param name="controlPlane">The control plane; its creator disposes it.</param>
    /// <param name="gateway">The gateway; its creator disposes it.</param>
    /// <param name="time">Clock of the reports.</param>
    /// <param name="progress">Receives each stage; may be null.</param>
    public DriftCheck(IControlPlane controlPlane, IGateway gateway, TimeProvider time, IProgress<StageReport>? progress = null)
    {
        this.controlPlane = controlPlane;
        this.gateway = gateway;
        this.time = time;
        this.progress = progress;
    }

    /// <summary>Whether an unreadable gateway is a result, <see cref="DriftResult.GatewayFailure" />, instead of an exception.</summary>
    public bool ReportsUnreachable { get; init; }

    /// <summary>Salt of the basis of a plan (<see cref="DriftResult.Source" />); null for no basis.</summary>
    internal string? PlanSalt { get; init; }

    /// <summary>Whether challenges are requested from the gateway if it has an address; each challenge creates an invoice.</summary>
    public bool AsksGateway { get; init; } = true;

    /// <summary>Makes the comparison.</summary>
    /// <param name="options">Options of the reconcile that would follow.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LightningOpsException">The control plane or the gateway cannot be read.</exception>
    public Task<DriftResult> RunAsync(ReconcileOptions options, CancellationToken cancellationToken) =>
        Telemetry.TraceAsync("lightningops.drift_check", ActivityKind.Internal, async span =>
        {
            span?.SetTag("lightningops.gateway.name", gateway.Name);
            var result = await CompareAsync(options, cancellationToken).ConfigureAwait(false);
            span?.SetTag("lightningops.drift.status", EnumName.GetName(result.Status));
            return result;
        });

    private async Task<DriftResult> CompareAsync(ReconcileOptions options, CancellationToken cancellationToken)
    {
        var timeline = new StageTimeline(time, progress, gateway.Name, options.RequestId);
        var wanted = await DesiredConfiguration.ReadAsync(controlPlane, gateway, options.Compile, null, options.Suspended, timeline, cancellationToken, mayBeEmpty: options.Switch is null).ConfigureAwait(false);
        var compile = wanted.Compile;
        var result = new DriftResult
        {
            Gateway = gateway.Name,
            Status = DriftStatus.Undetermined,
            ConfigHash = compile.ConfigHash,
            Valid = compile.Valid,
            Diagnostics = compile.Diagnostics,
        };
        try
        {
            var compared = await CompareAsync(wanted, result, options, timeline, cancellationToken).ConfigureAwait(false);
            return compared with { Stages = timeline.Completed };
        }
        catch (GatewayException failure) when (ReportsUnreachable)
        {
            return result with { GatewayFailure = failure, Stages = timeline.Completed };
        }
    }

    private async Task<DriftResult> CompareAsync(DesiredConfiguration wanted, DriftResult result, ReconcileOptions options, StageTimeline timeline, CancellationToken cancellationToken)
    {
        var compile = wanted.Compile;
        if (!compile.Valid)
        {
            return result with { ClosingPlan = await PlanClosingAsync(wanted, options, timeline, cancellationToken).ConfigureAwait(false) };
        }

        var state = await timeline.RunAsync(ReconcileStage.ActiveLookup, _ => gateway.ReadStateAsync(cancellationToken)).ConfigureAwait(false);
        if (state.RecordFailure is { } unreadable)
        {
            return ReportsUnreachable ? result with { GatewayFailure = unreadable, PartialState = state } : throw unreadable;
        }

        state = await ListedPrices.AskAsync(gateway, state, compile.Rules, AsksGateway ? options.ProbeLimit : 0, cancellationToken).ConfigureAwait(false);
        var plan = await timeline.RunAsync(ReconcileStage.Plan, _ => Stoppable.RunAsync(() => gateway.Plan(state, GatewayRolloutFactory.Create(options, compile, DenyRules.From(wanted))), cancellationToken)).ConfigureAwait(false);
        plan = GuardRails.Prepare(plan, state, compile.Rules);

        // A command that is not to be run here says nothing of what the gateway serves.
        var isRefused = CannotCarry(plan);
        var drift = result with
        {
            Security = wanted.Security,
            Source = new PlanSource(
                PlanSalt is null ? null : PlanBasis.Create(PlanSalt, wanted, state, plan),
                state.Services ?? [],
                DesiredServices.For(compile.Rules, gateway.Name)),
            Status = plan.IsEmpty ? DriftStatus.InSync
                : isRefused || IsOnlyWritten(plan, state) ? DriftStatus.Undetermined
                : DriftStatus.InDrift,
            Evidence = state.Evidence,
            ServedConfigHash = state.Evidence == LiveEvidence.NotKnown ? null : state.Active?.ConfigHash,
            WrittenConfigHash = state.Written ?? state.Active?.ConfigHash,
            Plan = plan,
            ClosingPlan = isRefused ? PlanClosing(wanted, options, state) : null,
            State = state,
        };
        if (ListedPrices.FindOther(state, compile.Rules) is { } other)
        {
            return drift with { Status = DriftStatus.InDrift, WasAsked = true, Answer = other };
        }

        return await AskAsync(drift, compile, options, timeline, cancellationToken).ConfigureAwait(false);
    }

    private static bool CannotCarry(RolloutPlan plan) => plan.Diagnostics.Any(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && !ReloadProgram.IsAboutReload(diagnostic));

    /// <summary>Where there is an address the gateway is asked: one answer that is another makes drift, none makes it undetermined.</summary>
    private async Task<DriftResult> AskAsync(DriftResult drift, CompileResult compile, ReconcileOptions options, StageTimeline timeline, CancellationToken cancellationToken)
    {
        var questions = new RouteQuestions(gateway, options.ProbeLimit);
        if (!AsksGateway || !questions.CanAsk || drift.Status == DriftStatus.InDrift || CannotCarry(drift.Plan!))
        {
            return drift;
        }

        var answer = await timeline.RunAsync(ReconcileStage.Challenge, async step =>
        {
            // Each challenge creates an invoice, so only one rule is probed.
            var dearest = compile.Rules.Where(rule => !rule.IsClosed).OrderByDescending(rule => rule.PriceSats).Take(1);
            var route = ProbeRouteFinder.FindAll(compile.Rules, dearest.ToArray()).Select(found => found.Route).FirstOrDefault();
            var challenge = route is null ? ProbeResult.Skipped(ProbeReasons.NoRouteSells) : await gateway.ProbeChallengeAsync(route, cancellationToken).ConfigureAwait(false);
            var closed = new HashSet<string>(compile.Rules.Where(rule => rule.IsClosed).Select(rule => rule.ServiceName), StringComparer.Ordinal);
            var services = DesiredServices.From(compile.Rules, withExtras: false);
            await questions.AskClosedAsync(services, services.Where(service => closed.Contains(service.Name)).Select(service => (service, 0L)).ToArray(), cancellationToken).ConfigureAwait(false);
            step.SetResult(challenge);
            return challenge;
        }).ConfigureAwait(false);
        var said = questions.Trouble ?? (answer.Outcome == ProbeOutcome.Failed ? answer.Reason : null);
        var isOther = questions.NotClosed.Count > 0 || (answer is { Outcome: ProbeOutcome.Failed, StatusCode: not null });
        return said is null
            ? drift with { WasAsked = answer.Outcome == ProbeOutcome.Passed || (HasClosed(compile) && questions.NotAsked.Count == 0) }
            : drift with { WasAsked = true, Answer = said, Status = isOther ? DriftStatus.InDrift : DriftStatus.Undetermined };

        static bool HasClosed(CompileResult compiled) => compiled.Rules.Any(rule => rule.IsClosed);
    }

    /// <summary>Whether the desired configuration is written, without evidence that the gateway has loaded it.</summary>
    private static bool IsOnlyWritten(RolloutPlan plan, GatewayState state) =>
        state.Evidence == LiveEvidence.NotKnown && plan.Changes.Count == 0 && (plan.KeepsFile || state.Active?.ConfigHash == plan.ConfigHash);

    private async Task<RolloutPlan?> PlanClosingAsync(DesiredConfiguration wanted, ReconcileOptions options, StageTimeline timeline, CancellationToken cancellationToken)
    {
        if (DenyRules.From(wanted) is null)
        {
            return null;
        }

        var state = await timeline.RunAsync(ReconcileStage.ActiveLookup, _ => gateway.ReadStateAsync(cancellationToken)).ConfigureAwait(false);
        return await timeline.RunAsync(ReconcileStage.Plan, _ => Task.FromResult(PlanClosing(wanted, options, state))).ConfigureAwait(false);
    }

    private RolloutPlan? PlanClosing(DesiredConfiguration wanted, ReconcileOptions options, GatewayState state) =>
        DenyRules.From(wanted) is { } denied ? gateway.PlanClosing(state, denied.CreateClosing(options)) : null;
}

/// <summary>The comparison of a gateway with the control plane.</summary>
public sealed record DriftResult : IReportable
{
    /// <summary>Name of the gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>Result of the comparison.</summary>
    public required DriftStatus Status { get; init; }

    /// <summary>Whether they differ; also false if unknown.</summary>
    public bool InDrift => Status == DriftStatus.InDrift;

    /// <summary>
    /// Evidence of the live configuration. Without it the written configuration is compared, and the result is never
    /// in sync.
    /// </summary>
    public LiveEvidence Evidence { get; init; }

    /// <summary>Whether the desired configuration is written, and it is not known whether the gateway has loaded it.</summary>
    public bool IsOnlyWritten => Valid && GatewayFailure is null && Answer is null && Status == DriftStatus.Undetermined && Evidence == LiveEvidence.NotKnown && Plan is { IsRefused: false };

    /// <summary>Whether a route of the gateway was requested.</summary>
    public bool WasAsked { get; init; }

    /// <summary>What the gateway answered if that differs from the desired configuration, or why it did not answer; null otherwise.</summary>
    public string? Answer { get; init; }

    /// <summary>The result in one sentence.</summary>
    [JsonIgnore]
    public string Outcome => DriftReport.GetOutcome(this);

    /// <summary>Exit code: 0 in sync, 1 in drift, 2 unknown.</summary>
    public int ExitCode => (int)Status;

    /// <summary>Desired hash; hash of the paywalls if they do not compile.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>Live hash, or null if it is not known, there is no deployment or the paywalls do not compile.</summary>
    public string? ServedConfigHash { get; init; }

    /// <summary>Written hash, for example that of the file, loaded or not; null if there is no deployment or the paywalls do not compile.</summary>
    public string? WrittenConfigHash { get; init; }

    /// <summary>Whether the paywalls compile.</summary>
    public required bool Valid { get; init; }

    /// <summary>The plan of a reconcile, or null if the paywalls do not compile.</summary>
    public RolloutPlan? Plan { get; init; }

    /// <summary>
    /// The paused or killed services that a reconcile would still close although it cannot roll out, because the
    /// paywalls do not compile or the gateway cannot carry them. Null otherwise, and if none of them is open.
    /// </summary>
    public RolloutPlan? ClosingPlan { get; init; }

    /// <summary>Why the gateway cannot be read, so that its live configuration is unknown; null when it was read.</summary>
    [JsonIgnore]
    public GatewayException? GatewayFailure { get; init; }

    /// <summary>The state of the gateway; null if it was not read.</summary>
    internal GatewayState? State { get; init; }

    /// <summary>What could be read although a part could not, such as one of several endpoints; null where nothing was read or everything.</summary>
    internal GatewayState? PartialState { get; init; }

    /// <summary>Open services that this store did not make and that a reconcile leaves unchanged; empty for none.</summary>
    public IReadOnlyList<SellingService> LeftAlone => Plan?.LeftAlone ?? [];

    /// <summary>Diagnostics of the compile.</summary>
    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    /// <summary>Number of diagnostics of each severity, for example <c>1 error, 2 warn</c>, or <c>none</c>.</summary>
    [JsonIgnore]
    public string DiagnosticsSummary => DiagnosticsText.Summarize(Diagnostics);

    /// <summary>The finished stages, in order.</summary>
    [JsonIgnore]
    public IReadOnlyList<StageReport> Stages { get; init; } = [];

    /// <summary>The source of the plan; null if there is none.</summary>
    [JsonIgnore]
    internal PlanSource? Source { get; init; }

    /// <summary>The current switches.</summary>
    [JsonIgnore]
    internal SecurityState? Security { get; init; }

    /// <summary>The journal at the time of the comparison; null if there is none.</summary>
    [JsonIgnore]
    public JournalHead? JournalHead { get; init; }

    RunReport IReportable.ToReport() => DriftReport.Create(this);
}

/// <summary>Result of comparing a gateway with the control plane.</summary>
public enum DriftStatus
{
    /// <summary>The same.</summary>
    InSync = 0,

    /// <summary>
    /// Not the same: a reconcile would change something. Without evidence of the live configuration the written one differs.
    /// </summary>
    InDrift = 1,

    /// <summary>Unknown: the paywalls do not compile, the gateway cannot be read or cannot carry them, or it was not seen to load the written configuration.</summary>
    Undetermined = 2,
}
