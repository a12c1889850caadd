using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Probes;

namespace LightningOps.Reconcile;

/// <summary>The three checks of a gateway, each with its event; one that passed is not made again.</summary>
internal sealed class GatewayChecks
{
    private readonly ReconcilePass pass;
    private readonly ProbeRoute? probe;
    private readonly DeploymentJournal journal;
    private ProbeResult? challenge;

    public GatewayChecks(ReconcilePass pass, ProbeRoute? probe, DeploymentJournal journal)
    {
        this.pass = pass;
        this.probe = probe;
        this.journal = journal;
    }

    public CheckProgress Progress { get; private set; } = new();

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
                async token => challenge = await pass.Gateway.ProbeChallengeAsync(probe, token).ConfigureAwait(false),
                () => Progress = Progress with { ChallengeOk = true },
                stop).ConfigureAwait(false);

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
                    pass.Warn("check_skipped", char.ToUpperInvariant(name[0]) + name.Substring(1) + " check skipped: " + ProbeReasons.Describe(step.Reason));
                }
                else if (step.Status == StageStatus.Ok)
                {
                    passed();
                    await journal.WriteEventAsync("gateway_reconcile_" + name + "_ok", EventLevel.Info, step.Details, token).ConfigureAwait(false);
                }
            },
            stop);
}
