using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;

namespace LightningOps.Reconcile;

/// <summary>The three checks of a gateway, each with its event. A passed check is not repeated.</summary>
internal sealed class GatewayChecks
{
    private const int BadGateway = 502;
    private readonly ReconcilePass pass;
    private readonly IReadOnlyList<CompiledRule> rules;
    private readonly ProbeRoute? probe;
    private readonly DeploymentJournal journal;
    private ProbeResult? challenge;

    public GatewayChecks(ReconcilePass pass, IReadOnlyList<CompiledRule> rules, ProbeRoute? probe, DeploymentJournal journal)
    {
        this.rules = rules;
        this.pass = pass;
        this.probe = probe;
        this.journal = journal;
    }

    /// <summary>The plan; null before it is known.</summary>
    public RolloutPlan? Plan { get; set; }

    public CheckProgress Progress { get; private set; } = new();

    /// <summary>Why services to be closed are not known to be closed; null if they are, or could not be probed.</summary>
    public string? NotClosed { get; private set; }

    public async Task<RolloutFailure?> HealthAsync(CancellationToken stop) =>
        Progress.HealthOk
            ? null
            : await CheckAsync(
                ReconcileStage.Health,
                ReconcileFailureCodes.HealthCheckFailed,
                pass.Gateway.ProbeHealthAsync,
                () => Progress = Progress with { HealthOk = true },
                stop).ConfigureAwait(false);

    public async Task<RolloutFailure?> CheckSaleAsync(CancellationToken stop) =>
        await ChallengeAsync(stop).ConfigureAwait(false) ?? await ProxyAsync(stop).ConfigureAwait(false);

    private async Task<RolloutFailure?> ChallengeAsync(CancellationToken stop) =>
        Progress.ChallengeOk
            ? null
            : await CheckAsync(
                ReconcileStage.Challenge,
                ReconcileFailureCodes.ChallengeCheckFailed,
                AskAsync,
                () => Progress = Progress with { ChallengeOk = true },
                stop).ConfigureAwait(false);

    /// <summary>The check of the probe route, then of the other changed rules and of closed ones.</summary>
    private async Task<ProbeResult> AskAsync(CancellationToken token)
    {
        challenge = await pass.Gateway.ProbeChallengeAsync(probe, token).ConfigureAwait(false);
        var questions = new RouteQuestions(pass.Gateway, pass.Options.ProbeLimit);
        if (!questions.CanAsk || challenge.Outcome == ProbeOutcome.Failed)
        {
            return challenge;
        }

        var changed = new HashSet<string>(Plan?.Changes.Select(change => change.Name) ?? [], StringComparer.Ordinal);

        // A gateway that was not seen to load the configuration may answer as before; that is not a failure of the
        // roll-out.
        var wrong = pass.Gateway is ILiveEvidence { Evidence: LiveEvidence.NotKnown }
            ? null
            : await questions.AskPricesAsync(rules, rules.Where(rule => changed.Contains(rule.ServiceName) && rule.ServiceName != probe?.Rule.ServiceName), token).ConfigureAwait(false);
        var closed = rules.Where(rule => rule.IsClosed).Select(rule => (rule.ServiceName, rule.PriceSats)).ToDictionary(rule => rule.ServiceName, rule => rule.PriceSats, StringComparer.Ordinal);
        var services = DesiredServices.From(rules, withExtras: false);
        await questions.AskClosedAsync(services, services.Where(service => closed.ContainsKey(service.Name)).Select(service => (service, closed[service.Name])).ToArray(), token).ConfigureAwait(false);
        questions.Warn(pass);
        NotClosed = questions.Trouble;
        return wrong ?? (probe is null && closed.Count > 0 && NotClosed is null && questions.NotAsked.Count < closed.Count ? ProbeResult.Passed(BadGateway) : challenge);
    }

    private async Task<RolloutFailure?> ProxyAsync(CancellationToken stop) =>
        Progress.ProxyOk
            ? null
            : await CheckAsync(
                ReconcileStage.Proxy,
                ReconcileFailureCodes.ProxyCheckFailed,
                token => pass.Gateway.ProbeProxyAsync(probe, challenge!, token),
                () => Progress = Progress with { ProxyOk = true },
                stop).ConfigureAwait(false);

    private Task<RolloutFailure?> CheckAsync(
        ReconcileStage stage, string code, Func<CancellationToken, Task<ProbeResult>> check, Action passed, CancellationToken stop) =>
        pass.Timeline.AttemptAsync(
            stage,
            code,
            async (step, token) =>
            {
                step.SetResult(await check(token).ConfigureAwait(false));
                var name = EnumName.GetName(stage);
                if (step.Status == StageStatus.Skipped)
                {
                    pass.Warn("check_skipped", char.ToUpperInvariant(name[0]) + name.Substring(1) + " check skipped: " + ProbeReasons.Describe(step.Reason), step.Reason);
                }
                else if (step.Status == StageStatus.Ok)
                {
                    passed();
                    await journal.WriteEventAsync("gateway_reconcile_" + name + "_ok", EventLevel.Info, step.Details, token).ConfigureAwait(false);
                }
            },
            stop);
}
