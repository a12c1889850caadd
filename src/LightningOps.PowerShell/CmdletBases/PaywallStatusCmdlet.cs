using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Authoring;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Display;
using LightningOps.PowerShell.Errors;
using LightningOps.Reconcile;
using LightningOps.Security;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that suspends or resumes paywalls in the local store and, with -Sync, on gateways, as a pause does.</summary>
public abstract class PaywallStatusCmdlet : GatewayCmdlet
{
    /// <summary>A running roll-out may have read the paywalls before they were changed: wait for it, then roll out again.</summary>
    private static readonly TimeSpan WaitForRollout = TimeSpan.FromSeconds(30);

    private readonly StorePatience patience = CreatePatienceToClose();

    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly List<Paywall> changed = new();
    private readonly List<string> previewed = new();
    private readonly List<string> notSet = new();
    private IControlPlane? controlPlane;
    private GatewayList? gateways;
    private PaywallAuthor? author;
    private StopPrograms? stopPrograms;
    private bool mayTakeDown;

    /// <summary>Ids of the paywalls.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PaywallIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] PaywallId { get; set; } = [];

    /// <summary>
    /// Close or reopen the paywalls on the gateways at once; until then a gateway serves what it serves. Only these paywalls are closed or
    /// reopened, as last rolled out; other pending changes are named and left. All gateways are attempted, even if one fails; it waits up to
    /// 30 seconds for another roll-out.
    /// </summary>
    [Parameter]
    public SwitchParameter Sync { get; set; }

    /// <summary>With -Sync: gateways as in Sync-ApertureConfig. Without it the loopback gateway of the session.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(GatewayCompleter))]
    [ValidateNotNullOrEmpty]
    [GatewayTransformation]
    public GatewayArgument[] Gateway { get; set; } = [];

    /// <summary>With -Sync: the gateway does not serve Aperture's admin API; its reserved paths are warnings, not errors.</summary>
    [Parameter]
    public SwitchParameter NoAdminApi { get; set; }

    /// <summary>With -Sync: roll out even if the gateway cannot carry rate limits or rewrites.</summary>
    [Parameter]
    public SwitchParameter AllowMissingFeatures { get; set; }

    /// <summary>With -Sync: reopen a gateway that another store stopped; without it the roll-out is refused.</summary>
    [Parameter]
    public SwitchParameter OverrideStop { get; set; }

    /// <summary>Whether the command stops selling.</summary>
    private protected abstract bool Stops { get; }

    /// <summary>When and with which program a whole gateway that does not close is taken down; null for never.</summary>
    private protected virtual LastResortOptions? LastResort => null;

    /// <inheritdoc/>
    private protected sealed override bool FinishesOnSignal => Stops;

    /// <inheritdoc/>
    private protected sealed override StorePatience? Patience => Stops ? patience : null;

    /// <inheritdoc/>
    protected override async Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        if (!Sync && GatewaySettings.Concat([nameof(Gateway), nameof(NoAdminApi), nameof(AllowMissingFeatures), nameof(OverrideStop)]).FirstOrDefault(IsBound) is { } given)
        {
            throw new ConfigException(given, "requires -Sync", "Add -Sync, or omit -" + given + " and run Sync-ApertureConfig.");
        }

        // Before any change: a misspelt gateway must not leave the command half done.
        Gateway = ExpandNames(Gateway, EffectiveMode, closes: Stops);
        if (LastResort is { } lastResort)
        {
            stopPrograms = new StopPrograms(lastResort.Command.Count > 0 ? lastResort.Command : null, Gateway, isGlobal: false);
            stopPrograms.Check(Sync, new[] { "CloseTimeoutSeconds", "StopIfUnconfirmed" }.FirstOrDefault(IsBound));
            foreach (var missing in stopPrograms.Missing)
            {
                WriteWarning(missing);
            }
        }

        controlPlane = OpenControlPlane();
        author = new PaywallAuthor(controlPlane);
        gateways = Sync ? OpenGateways(Gateway, EffectiveMode, closes: Stops) : new GatewayList([]);
        await RequireStoreAsync(EffectiveMode, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        foreach (var id in PaywallId.Where(seen.Add))
        {
            var isDone = await ForInputAsync(id, async () =>
            {
                if (IsWhatIf && Sync)
                {
                    previewed.Add(id);
                }

                if (!ShouldProcess("paywall " + id + (Sync ? " and its services on " + string.Join(", ", gateways!.All.Select(static gateway => gateway.Name)) : string.Empty), Stops ? "Suspend" : "Resume") || !MayTakeDown(id))
                {
                    return;
                }

                var requestId = NewRequestId(Stops ? "suspend" : "resume", EffectiveMode);
                var paywall = Stops
                    ? await SuspendAsync(id, requestId, cancellationToken).ConfigureAwait(false)
                    : await author!.ResumeAsync(id, requestId, cancellationToken).ConfigureAwait(false);
                changed.Add(paywall);
                await JournalAsync(EffectiveMode, new JournalDraft { Kind = JournalKind.Paywall, Action = Stops ? "paywall suspended" : "paywall resumed", Subject = id, RequestId = requestId }).ConfigureAwait(false);
                if (!Sync)
                {
                    WriteObject(paywall);
                }
            }).ConfigureAwait(false);
            if (!isDone)
            {
                notSet.Add(id);
            }
        }
    }

    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken) =>
        previewed.Count > 0 ? ShowPlansAsync(cancellationToken)
        : Sync && changed.Count > 0 ? SyncAsync(cancellationToken)
        : Task.CompletedTask;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            controlPlane?.Dispose();
            gateways?.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<Paywall> SuspendAsync(string id, string requestId, CancellationToken cancellationToken)
    {
        try
        {
            return await author!.SuspendAsync(id, requestId, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException unusable) when (unusable.Code != "store_not_found")
        {
            WriteWarning("It is NOT KNOWN whether paywall " + id + " is suspended: the store did not confirm it. No gateway was closed. A paywall is suspended in the store only. To stop sales although the store cannot be used, use Set-L402OwnerKillSwitch OWNER -Active -Offline -Sync or Set-L402GlobalPause -Active -Offline -Sync.");
            throw;
        }
    }

    private async Task SyncAsync(CancellationToken cancellationToken)
    {
        var stages = ShowStages(Stops ? "Closing" : "Opening");
        var steps = new List<RolloutStep>();
        IReadOnlyList<GatewayTakeDown> takenDown = [];
        try
        {
            var options = CreateOptions(changed.Select(static paywall => paywall.PaywallId).ToArray());
            for (var place = 0; place < gateways!.All.Count; place++)
            {
                var own = gateways.All.Count == 1 ? options : options with { RequestId = options.RequestId + ":" + (place + 1) };
                steps.AddRange((await RollOutAsync(controlPlane!, [(gateways.All[place], null)], own, rollbackAll: false, stages, cancellationToken).ConfigureAwait(false)).Steps);
            }

            steps.AddRange(gateways.Refused.Select(static refused => new RolloutStep(refused.Gateway) { Error = refused.Error }));
            if (LastResort is { } lastResort)
            {
                takenDown = await stopPrograms!.RunAsync(gateways, steps, lastResort, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            stages.Complete();
        }

        foreach (var takeDown in takenDown)
        {
            WriteWarning(takeDown.ToString());
        }

        WriteResult(new SyncedSwitches { Active = Stops, Paywalls = changed.ToArray(), NotSet = notSet.ToArray(), Gateways = steps, TakenDown = takenDown }, cancellationToken);
    }

    /// <summary>Asks before a whole gateway may be taken down for a paywall, as for a command of high impact.</summary>
    private bool MayTakeDown(string id) =>
        stopPrograms?.Notice is not { Length: > 0 } notice || mayTakeDown
        || (mayTakeDown = (IsForced && !IsBound("Confirm")) || ConfirmThreshold == ConfirmImpact.None || ShouldContinue("Suspend paywall " + id + notice, "Suspend"));

    private async Task ShowPlansAsync(CancellationToken cancellationToken)
    {
        var options = CreateOptions(previewed);
        foreach (var gateway in gateways!.All)
        {
            await ForInputAsync(gateway.Name, async () =>
            {
                var plan = await new SwitchPreview(controlPlane!, gateway).RunAsync(options, cancellationToken).ConfigureAwait(false);
                ShouldProcessAs((Stops ? "Close on " : "Reopen on ") + plan, (Stops ? "Close on " : "Reopen on ") + plan.Gateway);
            }).ConfigureAwait(false);
        }
    }

    private ReconcileOptions CreateOptions(IReadOnlyCollection<string> paywallIds) => new()
    {
        RequestId = NewRequestId(Stops ? "suspend" : "resume", EffectiveMode),
        Compile = new CompileOptions { GatewayHasAdminApi = !NoAdminApi },
        Switch = new SwitchScope { Stops = Stops, Paywalls = paywallIds },
        AllowMissingFeatures = AllowMissingFeatures,
        OverrideStop = OverrideStop,
        Suspended = Stops ? changed.ToArray() : [],

        // The question covers only the paywalls, not other changes of a roll-out.
        Limits = new GuardRails(),

        // A stop is always sent; services that a restart would sell are a warning.
        AllowOrderLoss = true,
        LeaseWait = WaitForRollout,
        ClosesWithoutLease = Stops,
        Terminated = Terminated,
    };

    private void WriteResult(SyncedSwitches result, CancellationToken cancellationToken)
    {
        var errors = result.Gateways.Where(static step => !step.Ok).Select(step => ErrorRecords.GatewayNotSynced(result, step, Subject, Stops ? " suspended" : " resumed")).ToArray();
        if (cancellationToken.IsCancellationRequested)
        {
            foreach (var error in errors)
            {
                WriteHostLine(error.Exception.Message);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        foreach (var warning in result.Gateways.SelectMany(static step => step.Result?.Warnings.Select(warning => NextStep.Format(step.Gateway, warning)) ?? []))
        {
            WriteWarning(warning);
        }

        WriteObject(result);
        foreach (var error in errors)
        {
            WriteError(error);
        }
    }

    private string Subject => changed.Count == 1 ? "Paywall " + changed[0].PaywallId + " IS" : changed.Count + " paywalls ARE";
}
