using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Display;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Progress;
using LightningOps.PowerShell.Session;
using LightningOps.Reconcile;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Brings gateways in line with the control plane: compiles, rolls out, checks health, challenge and a paid request,
/// and rolls back if a check fails. Several gateways are rolled out one after the other. The first failure ends the
/// roll-out; on the remaining gateways only paused or killed services are closed. Each gateway returns a result; a
/// result that is not ok is followed by an error whose id is its failure code.
/// </summary>
/// <remarks>
/// The command asks before it removes, closes or moves services; -Force and -Confirm:$false skip that. -WhatIf prints
/// the plan and changes nothing. After Ctrl+C the current gateway ends rolled back or applied; the screen and, with
/// -ArtifactDirectory, the summary state which.
/// </remarks>
/// <example>
/// <code>Sync-ApertureConfig -Gateway file:/etc/aperture/aperture.yaml -ReloadCommand systemctl, restart, aperture -WhatIf</code>
/// <para>Prints what a roll-out would change.</para>
/// </example>
/// <example>
/// <code>Sync-ApertureConfig -Gateway admin:https://10.0.0.5:8081 -MacaroonPath admin.macaroon -TlsCertificatePath tls.cert</code>
/// <para>Rolls out to a running Aperture through its admin API.</para>
/// </example>
/// <example>
/// <code>Sync-ApertureConfig -Mode Api -Force -ArtifactDirectory output/reconcile | Export-Json</code>
/// <para>Rolls out to the hosted gateway from a CI.</para>
/// </example>
/// <example>
/// <code>Sync-ApertureConfig -Mode Local -Gateway prod -Watch -IntervalSeconds 30 -HealthPath /run/lightningops/health.json -Force</code>
/// <para>Keeps a gateway in line with the store until it is stopped.</para>
/// </example>
/// <example>
/// <code>Test-ApertureDrift | where InDrift | Sync-ApertureConfig</code>
/// <para>Rolls out where something differs.</para>
/// </example>
[Cmdlet(VerbsData.Sync, "ApertureConfig", SupportsShouldProcess = true)]
[OutputType(typeof(ReconcileResult), typeof(RolloutPlan))]
public sealed class SyncApertureConfigCommand : RolloutCmdlet
{
    /// <summary>Request id of the deployment; reconcile:api:1795367198056 and so on by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RequestId { get; set; }

    /// <summary>If a gateway fails, also roll back the gateways before it.</summary>
    [Parameter]
    public SwitchParameter RollbackAll { get; set; }

    /// <summary>Folder for events.jsonl, summary.json and report.html of the run.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ArtifactDirectory { get; set; }

    /// <summary>Time in seconds to wait for another roll-out to the same gateway; 0 by default.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public int WaitForLeaseSeconds { get; set; }

    /// <summary>
    /// Maximum number of changed selling rules, and of closed rules, that the gateway is asked for after the roll-out, the
    /// most expensive first; 20 by default. Each challenge creates one to three invoices on the node of the gateway; a closed
    /// rule creates none. A warning names the rules that were not asked.
    /// </summary>
    [Parameter]
    [ValidateRange(0, 10000)]
    public int ProbeLimit { get; set; } = 20;

    /// <summary>Break the lease of another process on a gateway; the question names its holder, since when and until when it is held.</summary>
    [Parameter]
    public SwitchParameter BreakLease { get; set; }

    /// <summary>
    /// Keep running: compare the gateways with the control plane on a period, and at once where the control plane reports a
    /// change. Each pass first closes what is denied on every gateway, then rolls out. It asks once before it begins, and
    /// returns a result for each close and roll-out.
    /// </summary>
    [Parameter]
    public SwitchParameter Watch { get; set; }

    /// <summary>With -Watch: time in seconds between the beginnings of two passes; 60 by default.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int IntervalSeconds { get; set; } = 60;

    /// <summary>With -Watch: file that states what the watch is doing and how its last pass ended, as JSON. Replaced atomically.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HealthPath { get; set; }

    /// <summary>With -WhatIf: return the plan.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>
    /// Plan that New-L402Plan -OutFile wrote: exactly it is applied, with its options. It is refused where the gateway, the control plane
    /// or a switch has moved since; what a pause or kill switch denies is then still closed. Without -Gateway the gateway of the plan.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PlanPath { get; set; }

    /// <summary>Hash of the plan, as its reviewer gives it: the plan is applied without asking, and past the guard rails.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Approve { get; set; }

    /// <summary>Who approved the plan, for the journal.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ApprovedBy { get; set; }

    /// <summary>
    /// Where the command does not or cannot ask: largest part of the services that may be removed, in percent; 20 by default. One
    /// service may always be removed. Unapproved roll-outs of the last day count together. -Force does not pass it; an approved plan does.
    /// </summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int MaxRemovePercent { get; set; } = 20;

    /// <summary>
    /// Where the command does not or cannot ask: largest change of a price, in percent of the lower price; 100, that is double or
    /// half, by default. Unapproved roll-outs of the last day count together. -Force does not pass it; an approved plan does.
    /// </summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxPriceChangePercent { get; set; } = 100;

    /// <summary>
    /// systemd:UNIT, which is started, or program, by its absolute path, and arguments that take an endpoint out of the balancer before it is changed and end when none of its
    /// requests is in flight: a restart of Aperture drops those. {endpoint} stands for its address, {host} for host and port. One
    /// endpoint is changed at a time. A registered gateway has its own.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? DrainCommand { get; set; }

    /// <summary>systemd:UNIT, which is started, or program, by its absolute path, and arguments that put an endpoint back into the balancer once it is up, or rolled back.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? UndrainCommand { get; set; }

    /// <summary>
    /// Access log of the gateway, or of the proxy before it: it tells how many requests a restart of a file gateway costs and a drain
    /// saves. By default the aperture.log in the basedir of the file, where it can be read. Of several file gateways each uses its own.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AccessLogPath { get; set; }

    /// <summary>Do not ask before services are removed, closed or moved. The guard rails hold: -MaxRemovePercent, -MaxPriceChangePercent, and no service may become free.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override bool BreaksLease => BreakLease;

    /// <inheritdoc/>
    private protected override bool IsForced => Force;

    private GuardRails Limits => new() { MaxRemovePercent = MaxRemovePercent, MaxPriceChangePercent = MaxPriceChangePercent };

    private readonly Dictionary<string, RestartCost> restarts = new(StringComparer.Ordinal);
    private L402Plan? file;

    /// <inheritdoc/>
    private protected override IReadOnlyList<string>? SharedDrainCommand => DrainCommand;

    /// <inheritdoc/>
    private protected override IReadOnlyList<string>? SharedUndrainCommand => UndrainCommand;

    /// <inheritdoc/>
    private protected override GatewayArgument? DefaultGateway => file is null ? null : new GatewayArgument(file.GatewayArgument);

    private bool ShowsPrompt => Approve is null && ConfirmThreshold != ConfirmImpact.None && (!Force || IsBound("Confirm"));

    /// <summary>A close that has begun is completed; a roll-out of a watch ends rolled back or applied.</summary>
    private protected override bool FinishesOnSignal => Watch;

    /// <inheritdoc/>
    private protected override string Activity => "Rolling out to";

    /// <inheritdoc/>
    private protected override StoreAccess StoreAccess => IsWhatIf ? StoreAccess.Read : StoreAccess.Write;

    /// <inheritdoc/>
    private protected override async Task RunAsync(
        IControlPlane controlPlane, IReadOnlyList<IGateway> gateways, StageReporter stages, CancellationToken cancellationToken)
    {
        CheckPlan(gateways);
        FindRestarts(gateways);
        var id = RequestId ?? NewRequestId("reconcile", EffectiveMode);
        var options = (file is null ? CreateOptions(id) : CreateOptions(id, file.Options)) with
        {
            LeaseWait = TimeSpan.FromSeconds(WaitForLeaseSeconds),
            ProbeLimit = ProbeLimit,
            Limits = Approve is null ? Limits : null,
            Basis = file?.Basis,
            ApprovedBy = Approve is null ? null : ApprovedBy ?? CurrentUser.Name,
            AccessLogPath = AccessLogPath is null ? null : ResolveInputFile(AccessLogPath),
            JournalAction = file is null ? null : "rolled out the plan of " + file.CreatedBy,
        };
        if ((IsBound(nameof(IntervalSeconds)) ? nameof(IntervalSeconds) : IsBound(nameof(HealthPath)) ? nameof(HealthPath) : null) is { } alone && !Watch)
        {
            throw new ConfigException(alone, "is specified without -Watch", "Add -Watch, or omit -" + alone + ".");
        }

        if (Watch && !IsWhatIf)
        {
            await WatchAsync(controlPlane, gateways, options, stages, cancellationToken).ConfigureAwait(false);
            return;
        }

        var run = new RolloutRecord(options.RequestId, stages, ArtifactDirectory is null || IsWhatIf ? null : ResolveFile(ArtifactDirectory));
        run.CheckWritable();
        try
        {
            await RequireStoreAsync(EffectiveMode, cancellationToken).ConfigureAwait(false);
            var agreed = await ConfirmPlansAsync(controlPlane, gateways, options, run.Begin(), cancellationToken).ConfigureAwait(false);
            if (agreed.Count > 0)
            {
                var result = await RollOutAsync(controlPlane, agreed, options, RollbackAll, run.Begin(), cancellationToken).ConfigureAwait(false);
                var unwritten = run.TryWrite(result);
                WriteResult(result, unwritten, cancellationToken);
                WriteResult(unwritten);
            }
        }
        catch (Exception failure) when (failure is LightningOpsException or OperationCanceledException)
        {
            WriteResult(run.TryWrite(failure));
            throw;
        }
    }

    /// <inheritdoc/>
    protected override Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        if (PlanPath is null)
        {
            if (new[] { nameof(Approve), nameof(ApprovedBy) }.FirstOrDefault(IsBound) is { } alone)
            {
                throw new ConfigException(alone, "requires -PlanPath", "Specify the plan that was approved with -PlanPath.");
            }

            return Task.CompletedTask;
        }

        if (PlanParameters.FirstOrDefault(IsBound) is { } own)
        {
            throw new ConfigException(own, "is set by the plan", "Omit -" + own + ", or make another plan with it.");
        }

        file = PlanFile.Read(ResolveInputFile(PlanPath));
        if (Approve is not null && !string.Equals(Approve.Trim(), file.Hash, StringComparison.Ordinal))
        {
            throw new PlanFileException("plan_not_approved", "the hash of -Approve is not that of " + PlanPath + ", " + file.Hash + ".", "Have the plan of that file reviewed, and use the hash that its reviewer saw.");
        }

        return Task.CompletedTask;
    }

    private void CheckPlan(IReadOnlyList<IGateway> gateways)
    {
        if (file is not null && (gateways.Count != 1 || gateways[0].Name != file.Gateway))
        {
            throw new PlanFileException("plan_of_another_gateway", PlanPath + " is the plan of " + file.Gateway + ", not of " + string.Join(", ", gateways.Select(static gateway => gateway.Name)) + ".", "Name the gateway of the plan with -Gateway, or make a plan for this one.");
        }
    }

    private async Task WatchAsync(IControlPlane controlPlane, IReadOnlyList<IGateway> gateways, ReconcileOptions options, StageReporter stages, CancellationToken cancellationToken)
    {
        if ((PlanPath is not null ? nameof(PlanPath) : ArtifactDirectory is not null ? nameof(ArtifactDirectory) : RollbackAll ? nameof(RollbackAll) : RequestId is not null ? nameof(RequestId) : BreakLease ? nameof(BreakLease) : null) is { } other)
        {
            throw new ConfigException(other, "does not apply to -Watch", "Omit -" + other + ", or omit -Watch.");
        }

        await RequireStoreAsync(EffectiveMode, cancellationToken).ConfigureAwait(false);
        var names = gateways.Select(static gateway => gateway.Name).ToArray();
        if (!ConfirmAction("Keep " + string.Join(", ", names) + " in line with the control plane " + DescribeControlPlane(EffectiveMode) + ". Services are removed, closed and moved without another question.", "Watch " + string.Join(", ", names), Force))
        {
            return;
        }

        var progress = new SerialProgress(stages);
        using var leadership = WatchLeadership.Create(ControlPlaneSettings.From(EffectiveEnvironment, EffectiveMode), EffectiveEnvironment);
        var watch = new ReconcileWatch(stop => OpenWatchSessionAsync(gateways, options, progress, stop), new WatchOptions
        {
            Gateways = names,
            Interval = TimeSpan.FromSeconds(IntervalSeconds),
            HealthFile = HealthPath is null ? null : ResolveFile(HealthPath),
            Notifier = controlPlane as IChangeNotifier,
            Leadership = leadership,
        });
        await watch.RunAsync(() => NewRequestId("watch", EffectiveMode), pass => WritePassAsync(pass, options), Terminated, cancellationToken).ConfigureAwait(false);
        WriteVerbose("The watch has ended.");
    }

    /// <summary>Opens the control plane again for each pass, because a store may have been replaced by a backup.</summary>
    private async Task<WatchSession> OpenWatchSessionAsync(IReadOnlyList<IGateway> gateways, ReconcileOptions options, IProgress<StageReport> progress, CancellationToken cancellationToken)
    {
        // A new store in place of a missing one would have no paywalls, and everything would be removed.
        await RequireStoreAsync(EffectiveMode, cancellationToken).ConfigureAwait(false);
        var opened = new List<IDisposable>();
        try
        {
            var controlPlane = OpenControlPlane();
            opened.Add(controlPlane);
            var targets = new List<WatchTarget>();
            foreach (var gateway in gateways)
            {
                var stores = OpenStores(gateway, EffectiveMode);
                opened.Add(stores);
                targets.Add(new WatchTarget
                {
                    Drift = new DriftCheck(controlPlane, gateway) { ReportsUnreachable = true, AsksGateway = false },
                    Reconciler = new Reconciler(controlPlane, gateway, stores, progress, Observability) { Journal = JournalBegunAsync, Suspension = await FindSuspensionAsync(gateway.Name, cancellationToken).ConfigureAwait(false) },
                    Options = options with { Terminated = Terminated },
                });
            }

            return new WatchSession(targets, opened);
        }
        catch
        {
            opened.ForEach(static one => one.Dispose());
            throw;
        }
    }

    private async Task WritePassAsync(WatchPass pass, ReconcileOptions options)
    {
        var steps = pass.Results.Select(static result => new RolloutStep(result.Gateway) { Result = result }).ToArray();
        var journaled = await JournalAsync(new RolloutSequenceResult { Steps = steps }, options with { JournalAction = "reconciled by a watch" }).ConfigureAwait(false);
        WriteVerbose(pass.RequestId + ": " + string.Join(", ", pass.Gateways.Select(static gateway => gateway.Gateway + " " + gateway.Outcome + (gateway.Code is null ? string.Empty : " (" + gateway.Code + ")") + (gateway.Leader is null ? string.Empty : ": led by " + gateway.Leader))));
        foreach (var result in journaled.Steps.Select(static step => step.Result!))
        {
            WriteResult(result);
        }

        foreach (var step in pass.Errors)
        {
            WriteError(ErrorRecords.From(step.Error!, step.Gateway));
        }
    }

    /// <summary>The gateways confirmed by the operator, each with its plan; null if no confirmation was needed.</summary>
    private async Task<List<(IGateway Gateway, RolloutPlan? Plan)>> ConfirmPlansAsync(
        IControlPlane controlPlane, IReadOnlyList<IGateway> gateways, ReconcileOptions options, IProgress<StageReport> progress, CancellationToken cancellationToken)
    {
        if (!IsWhatIf && !ShowsPrompt)
        {
            return gateways.Select(static gateway => (gateway, (RolloutPlan?)null)).ToList();
        }

        var agreed = new List<(IGateway, RolloutPlan?)>();
        foreach (var gateway in gateways)
        {
            var check = new DriftCheck(controlPlane, gateway, progress);
            using var stores = OpenStores(gateway, EffectiveMode, StoreAccess.Read);
            var limits = await Limits.WithEarlierAsync(stores, cancellationToken).ConfigureAwait(false);
            if (IsWhatIf)
            {
                await ForInputAsync(gateway.Name, async () => ShowPlan(limits, await check.RunAsync(options, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
                await ForInputAsync(gateway.Name, () => ShowMovedAsync(controlPlane, gateway, options, cancellationToken)).ConfigureAwait(false);
            }
            else if (await CreatePlanAsync(check, gateway, options, cancellationToken).ConfigureAwait(false) is var plan && ConfirmPlan(limits, plan) is var consent && consent != PlanConsent.Refused)
            {
                // Where nobody could be asked, the guard rails decide.
                agreed.Add((gateway, consent == PlanConsent.NotPossible ? null : plan with { IsUnasked = consent == PlanConsent.NotAsked }));
            }
        }

        return agreed;
    }

    /// <summary>Without a plan to show, nothing is confirmed; the reconcile then reports and records the problem.</summary>
    private static async Task<RolloutPlan> CreatePlanAsync(DriftCheck check, IGateway gateway, ReconcileOptions options, CancellationToken cancellationToken)
    {
        var nothing = new RolloutPlan { Gateway = gateway.Name, ConfigHash = string.Empty, Changes = [] };
        try
        {
            var drift = await check.RunAsync(options, cancellationToken).ConfigureAwait(false);
            return drift.ClosingPlan ?? drift.Plan ?? nothing;
        }
        catch (GatewayException)
        {
            return nothing;
        }
    }

    private void ShowPlan(GuardRails limits, DriftResult drift)
    {
        if (drift.ClosingPlan is { } closing)
        {
            Show(limits, closing, "Close on ");
        }

        if (drift.Plan is { } plan)
        {
            Show(limits, plan, "Roll out to ");
        }

        if (!drift.Valid)
        {
            WriteError(ErrorRecords.CompileInvalid(drift));
        }
    }

    private void Show(GuardRails limits, RolloutPlan plan, string action)
    {
        ShouldProcessAs(action + plan + DescribeRestart(plan), action + plan.Gateway);
        if (PassThru)
        {
            WriteObject(plan);
        }

        if (plan.IsRefused)
        {
            WriteError(ErrorRecords.RolloutRefused(plan));
        }
        else if (Approve is null && limits.FindExceeded(plan) is { Count: > 0 } exceeded)
        {
            WriteWarning(plan.Gateway + ": beyond the guard rails; a command that does not ask refuses this plan, with -Force, too: " + string.Join("; ", exceeded) + ".");
        }
    }

    /// <summary>The cost of a restart that the plan needs, on a separate line; empty for none.</summary>
    private string DescribeRestart(RolloutPlan plan) =>
        plan.IsEmpty || !restarts.TryGetValue(plan.Gateway, out var cost) ? string.Empty
        : System.Environment.NewLine + cost + (Drains.ContainsKey(plan.Gateway) ? " The gateway is drained." : string.Empty);

    /// <summary>Reads the cost of a restart of each file gateway.</summary>
    /// <exception cref="ConfigException">-AccessLogPath is given, and no gateway is restarted.</exception>
    private void FindRestarts(IReadOnlyList<IGateway> gateways)
    {
        var log = AccessLogPath is null ? null : ResolveInputFile(AccessLogPath);
        foreach (var gateway in gateways)
        {
            if (RestartCost.Find(gateway, log) is { } cost)
            {
                restarts[gateway.Name] = cost;
            }
        }

        if (log is not null && restarts.Count != 1)
        {
            throw new ConfigException(nameof(AccessLogPath), "is the log of one file gateway with -ReloadCommand, and there " + (restarts.Count == 0 ? "is none" : "are several"), "Omit -AccessLogPath, or roll out to that gateway by itself.");
        }
    }

    /// <summary>Whether the operator confirms. Where no confirmation is possible, or none is needed, the guard rails decide.</summary>
    private PlanConsent ConfirmPlan(GuardRails limits, RolloutPlan plan)
    {
        if (plan.IsRefused)
        {
            return PlanConsent.NotAsked;
        }

        var question = "Roll out to " + plan + DescribeRestart(plan);
        if (!ShouldProcessAs(question, "Roll out to " + plan.Gateway))
        {
            return PlanConsent.Refused;
        }

        if (ConfirmThreshold != ConfirmImpact.High)
        {
            return PlanConsent.Agreed;
        }

        if (limits.FindExceeded(plan) is { Count: > 0 } exceeded)
        {
            var answer = TryConfirmExcess(question + System.Environment.NewLine + "Beyond the guard rails: " + string.Join("; ", exceeded) + ".", "The plan changes more than the guard rails allow");
            return answer is null ? PlanConsent.NotPossible : answer.Value ? PlanConsent.Agreed : PlanConsent.Refused;
        }

        return !plan.NeedsConfirmation ? PlanConsent.NotAsked
            : ShouldContinue(question, "Services will be removed, closed or moved") ? PlanConsent.Agreed : PlanConsent.Refused;
    }

    private enum PlanConsent
    {
        Refused,
        Agreed,
        NotAsked,
        NotPossible,
    }

    /// <summary>With -WhatIf: reports what would stop the plan of a file.</summary>
    private async Task ShowMovedAsync(IControlPlane controlPlane, IGateway gateway, ReconcileOptions options, CancellationToken cancellationToken)
    {
        if (file is not null && await new L402Planner(controlPlane, gateway).FindMovedAsync(file.Basis, options, cancellationToken).ConfigureAwait(false) is { Count: > 0 } moved)
        {
            WriteError(ErrorRecords.PlanStale(gateway.Name, moved));
        }
    }

    private void WriteResult(RolloutSequenceResult result, ErrorRecord? unwritten, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            WriteHostLine(StoppedRollout.Describe(result) + (unwritten is null ? string.Empty : System.Environment.NewLine + unwritten.Exception.Message));
            cancellationToken.ThrowIfCancellationRequested();
        }

        foreach (var step in result.Steps)
        {
            if (!step.WasReached)
            {
                WriteWarning(step.Gateway + " was not reached: the roll-out stopped at " + result.StoppedAt + ". Fix the cause there and run the command again; gateways in sync are left unchanged.");
            }

            if (step.Result is { } reconcile)
            {
                WriteResult(reconcile);
            }

            if (step.Error is { } error)
            {
                WriteError(ErrorRecords.From(error, step.Gateway));
            }
        }
    }

    private void WriteResult(ReconcileResult result)
    {
        foreach (var diagnostic in result.Plan?.Diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Warn) ?? [])
        {
            WriteWarning(result.Gateway + ": " + diagnostic.Message);
        }

        foreach (var warning in result.Warnings)
        {
            WriteWarning(NextStep.Format(result.Gateway, warning));
        }

        if (result is { Changed: true, RestartCost: { } cost })
        {
            WriteVerbose(result.Gateway + ": " + cost);
        }

        foreach (var diagnostic in result.Plan?.Diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Info) ?? [])
        {
            WriteVerbose(result.Gateway + ": " + diagnostic.Message);
        }

        WriteObject(result);
        if (!result.Ok && result is not { FailureCode: null, Serving: LiveConfiguration.Written })
        {
            WriteError(ErrorRecords.ReconcileFailed(result));
        }
    }

    private void WriteResult(ErrorRecord? unwritten)
    {
        if (unwritten is not null)
        {
            WriteError(unwritten);
        }
    }
}
