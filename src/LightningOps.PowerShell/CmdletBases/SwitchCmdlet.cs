using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Display;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Session;
using LightningOps.Reconcile;
using LightningOps.Security;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that stops or resumes sales in the control plane and, with -Sync, on gateways.</summary>
public abstract class SwitchCmdlet : GatewayCmdlet
{
    /// <summary>Parameter set that stops.</summary>
    protected const string StopSet = "Active";

    /// <summary>Parameter set that releases.</summary>
    protected const string ReleaseSet = "Inactive";

    /// <summary>A running roll-out may have read the switches before they were set: wait for it, then roll out again.</summary>
    private static readonly TimeSpan WaitForRollout = TimeSpan.FromSeconds(30);

    private readonly StorePatience patience = CreatePatienceToClose();

    private static readonly TimeSpan WaitForPreview = TimeSpan.FromSeconds(5);

    /// <summary>Stop selling.</summary>
    [Parameter(Mandatory = true, ParameterSetName = StopSet)]
    public SwitchParameter Active { get; set; }

    /// <summary>Sell again.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ReleaseSet)]
    public SwitchParameter Inactive { get; set; }

    /// <summary>Reason for people; it is the deny reason while sales are stopped.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>Who makes the change; user@machine by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string UpdatedBy { get; set; } = CurrentUser.Name;

    /// <summary>
    /// Close or reopen the gateways at once; until then a gateway keeps selling. Only what the switch is about is closed or
    /// reopened, as last rolled out; other pending changes are named and left. All gateways are attempted, even if one
    /// fails; it waits up to 30 seconds for another roll-out.
    /// </summary>
    [Parameter]
    public SwitchParameter Sync { get; set; }

    /// <summary>With -Sync: gateways as in Sync-ApertureConfig. Without it ops in Api and Convex mode, memory in Mock mode.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(GatewayCompleter))]
    [ValidateNotNullOrEmpty]
    [GatewayTransformation]
    public GatewayArgument[] Gateway { get; set; } = [];

    /// <summary>
    /// With -Sync: Aperture, Lightning Labs' configuration; RouteDocument, the document of the older service, only with
    /// -Inactive: it does not support pauses or kill switches and would leave the gateway open.
    /// </summary>
    [Parameter]
    public ArtifactFormat Format { get; set; } = ArtifactFormat.Aperture;

    /// <summary>With -Sync: the gateway does not serve Aperture's admin API; its reserved paths are warnings, not errors.</summary>
    [Parameter]
    public SwitchParameter NoAdminApi { get; set; }

    /// <summary>With -Sync: roll out even if the gateway cannot carry rate limits or rewrites.</summary>
    [Parameter]
    public SwitchParameter AllowMissingFeatures { get; set; }

    /// <summary>With -Sync: reopen a gateway that another store stopped; without it the roll-out is refused, and the error states which store stopped it.</summary>
    [Parameter]
    public SwitchParameter OverrideStop { get; set; }

    /// <summary>
    /// With -Sync: maximum number of closed rules, and of changed selling rules, that each gateway is asked for, the most
    /// expensive first; 20 by default. A closed rule creates no invoice; each challenge creates one to three. A warning names
    /// the rules that were not asked.
    /// </summary>
    [Parameter]
    [ValidateRange(0, 10000)]
    public int ProbeLimit { get; set; } = 20;

    /// <summary>
    /// Where the control plane cannot be reached, or a local store cannot be used: set the denial on this machine, with -Sync
    /// close the gateways, and tell the control plane before anything else once it can be reached. Every command says what is
    /// pending.
    /// </summary>
    [Parameter(ParameterSetName = StopSet)]
    public SwitchParameter Offline { get; set; }

    /// <summary>
    /// With -Sync: systemd:UNIT, or program, by its absolute path, and arguments that take the whole gateway down; no shell reads them. It is run
    /// when the gateway is seen selling -CloseTimeoutSeconds after the roll-out; then it is checked that nothing listens there.
    /// Of several gateways each has its own, StopCommand in its hashtable (-Gateway @{ … }). That of a registered gateway is
    /// run for a global pause only.
    /// </summary>
    [Parameter(ParameterSetName = StopSet)]
    [ValidateNotNullOrEmpty]
    public string[]? StopCommand { get; set; }

    /// <summary>With -StopCommand: how long the gateway may take to be seen closed, seconds; 30 by default.</summary>
    [Parameter(ParameterSetName = StopSet)]
    [ValidateRange(0, 86400)]
    public int CloseTimeoutSeconds { get; set; } = 30;

    /// <summary>With -StopCommand: run it also when it is not known whether the gateway sells.</summary>
    [Parameter(ParameterSetName = StopSet)]
    public SwitchParameter StopIfUnconfirmed { get; set; }

    /// <summary>With -Sync: break the lease of another process on a gateway; the question names its holder, since when and until when it is held.</summary>
    [Parameter]
    public SwitchParameter BreakLease { get; set; }

    /// <summary>Do not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected sealed override bool BreaksLease => BreakLease;

    /// <inheritdoc/>
    private protected sealed override bool IsForced => Force;

    /// <summary>Whether the command stops selling.</summary>
    protected bool Stops => ParameterSetName == StopSet ? Active : !Inactive;

    /// <summary>Whether the switch is about everything, and not about one owner.</summary>
    private protected virtual bool IsGlobal => false;

    /// <summary>Whether services that this store did not make are closed, too.</summary>
    private protected virtual bool ClosesOthers => false;

    /// <inheritdoc/>
    private protected override bool KeepsDenials => Offline;

    /// <summary>A half-finished close leaves services selling, so it is completed.</summary>
    private protected sealed override bool FinishesOnSignal => Stops;

    /// <inheritdoc/>
    private protected sealed override StorePatience? Patience => Stops ? patience : null;

    /// <summary>Opens the gateways of the roll-out before anything is set, because a misspelt one must not leave the command half done.</summary>
    /// <exception cref="ConfigException">A gateway or one of its settings cannot be used, or is given without -Sync.</exception>
    private protected GatewayList OpenSyncGateways()
    {
        if (!Sync && GatewaySettings.Concat([nameof(Gateway), nameof(Format), nameof(NoAdminApi), nameof(AllowMissingFeatures), nameof(OverrideStop), nameof(ProbeLimit), nameof(BreakLease)]).FirstOrDefault(IsBound) is { } given)
        {
            throw new ConfigException(given, "requires -Sync", "Add -Sync, or omit -" + given + " and run Sync-ApertureConfig.");
        }

        if (Sync && Stops && Format == ArtifactFormat.RouteDocument)
        {
            throw new ConfigException(nameof(Format), "RouteDocument does not support pauses or kill switches: the gateway would keep selling", "Omit -Format, or set the switch without -Sync.");
        }

        Gateway = ExpandNames(Gateway, EffectiveMode, closes: Stops);
        stopPrograms = new StopPrograms(StopCommand, Gateway, IsGlobal);
        stopPrograms.Check(Sync, IsBound(nameof(CloseTimeoutSeconds)) ? nameof(CloseTimeoutSeconds) : IsBound(nameof(StopIfUnconfirmed)) ? nameof(StopIfUnconfirmed) : null);
        foreach (var missing in Stops ? stopPrograms.Missing : [])
        {
            WriteWarning(missing);
        }

        return Sync ? OpenGateways(Gateway, EffectiveMode, closes: Stops) : new GatewayList([]);
    }

    private StopPrograms? stopPrograms;

    /// <summary>Ends the command where somebody named a local store that is not there: a switch in a new one stops nothing.</summary>
    /// <exception cref="StoreException">There is none.</exception>
    private protected async Task RequireNamedStoreAsync(CancellationToken cancellationToken)
    {
        if (!IsStoreNamed)
        {
            return;
        }

        try
        {
            await RequireStoreAsync(EffectiveMode, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException unusable) when (KeepsDenials && unusable.Code != "store_not_found")
        {
            // The denial is kept beside the store until the store can be used.
            WriteVerbose(unusable.Message);
        }
    }

    /// <inheritdoc/>
    private protected sealed override string? ClaimedBy => IsBound(nameof(UpdatedBy)) ? UpdatedBy : null;

    /// <summary>Addition to the question: the command that takes a gateway down, or that no gateway is changed now.</summary>
    private protected string StopCommandNotice => Sync ? stopPrograms?.Notice ?? string.Empty : ". No gateway is changed now: each one does it with the next reconcile, or at once with -Sync";

    /// <summary>Sets a switch; a cancellation reports that its state is unknown.</summary>
    /// <param name="set">Sets it.</param>
    /// <param name="name">The switch, for people: <c>the global pause</c>.</param>
    /// <param name="owner">Owner of the switch; null for the global pause.</param>
    /// <param name="cancellationToken">Stops the call; it may have arrived.</param>
    private protected async Task<T> SetAsync<T>(Func<Task<T>> set, string name, string? owner, CancellationToken cancellationToken)
    {
        var deed = new JournalDraft
        {
            Kind = JournalKind.Switch,
            Action = (owner is null ? "global pause " : "kill switch ") + (Stops ? "set" : "lifted"),
            Subject = owner,
            Detail = Reason,
            ClaimedBy = ClaimedBy,
        };
        try
        {
            return await JournalAsync(EffectiveMode, deed, set).ConfigureAwait(false);
        }
        catch (LightningOpsException) when (Stops && !Offline)
        {
            WriteWarning("It is NOT KNOWN whether " + name + " is set: the control plane did not confirm it. No gateway was closed. To stop sales although the control plane cannot be used, run the command again with -Offline -Sync: it sets the denial on this machine, closes the gateways, and reports to the control plane before anything else once it can be reached.");
            throw;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            WriteHostLine("Stopped. It is not known whether " + name + " is " + (Stops ? "set" : "lifted") + ". Check with Get-L402SecurityState -Mode " + EffectiveMode + "; "
                + (Sync ? "nothing was rolled out." : "run the command again to be sure."));
            throw;
        }
    }

    /// <summary>Rolls out the new switch, and writes the outcome.</summary>
    /// <param name="controlPlane">Its control plane.</param>
    /// <param name="gateways">The gateways.</param>
    /// <param name="set">The switch; its gateways are not known yet.</param>
    /// <param name="switches">The switch, for people: <c>The global pause IS</c>.</param>
    /// <param name="cancellationToken">Stops it; the switches stay set.</param>
    private protected async Task SyncAsync(IControlPlane controlPlane, GatewayList gateways, SyncedSwitches set, string switches, CancellationToken cancellationToken)
    {
        var stages = ShowStages(Stops ? "Closing" : "Opening");
        var steps = new List<RolloutStep>();
        IReadOnlyList<GatewayTakeDown> takenDown = [];
        try
        {
            var options = CreateOptions(set.Global is null ? set.Owners.Select(static owner => owner.OwnerId).ToArray() : null);
            if (ClosesOthers)
            {
                await WarnOfLossAsync(controlPlane, gateways, options, cancellationToken).ConfigureAwait(false);
            }

            for (var place = 0; place < gateways.All.Count; place++)
            {
                var own = gateways.All.Count == 1 ? options : options with { RequestId = options.RequestId + ":" + (place + 1) };
                steps.AddRange((await RollOutAsync(controlPlane, [(gateways.All[place], null)], own, rollbackAll: false, stages, cancellationToken).ConfigureAwait(false)).Steps);
            }

            steps.AddRange(gateways.Refused.Select(static refused => new RolloutStep(refused.Gateway) { Error = refused.Error }));
            if (Stops)
            {
                var lastResort = new LastResortOptions { Command = [], CloseTimeout = TimeSpan.FromSeconds(CloseTimeoutSeconds), StopIfUnconfirmed = StopIfUnconfirmed };
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

        WriteResult(set with { Gateways = steps, TakenDown = takenDown }, switches, cancellationToken);
    }

    /// <summary>Prints the changes of the switch at each gateway.</summary>
    /// <param name="controlPlane">Its control plane.</param>
    /// <param name="gateways">The gateways.</param>
    /// <param name="owners">Owners of the kill switch; null for the global pause.</param>
    /// <param name="cancellationToken">Stops it.</param>
    private protected async Task ShowPlansAsync(IControlPlane controlPlane, GatewayList gateways, IReadOnlyCollection<string>? owners, CancellationToken cancellationToken)
    {
        var options = CreateOptions(owners);
        foreach (var gateway in gateways.All)
        {
            await ForInputAsync(gateway.Name, async () =>
            {
                var plan = await new SwitchPreview(controlPlane, gateway).RunAsync(options, cancellationToken).ConfigureAwait(false);
                ShouldProcessAs((Stops ? "Close on " : "Reopen on ") + plan, (Stops ? "Close on " : "Reopen on ") + plan.Gateway);
            }).ConfigureAwait(false);
        }
    }

    private ReconcileOptions CreateOptions(IReadOnlyCollection<string>? owners) => new()
    {
        RequestId = NewRequestId(Stops ? "stop" : "release", EffectiveMode),
        Compile = new CompileOptions { Format = Format, GatewayHasAdminApi = !NoAdminApi, PrivateUpstreams = GetPrivateUpstreams(EffectiveMode, false) },
        Switch = new SwitchScope { Stops = Stops, Owners = owners },
        AllowMissingFeatures = AllowMissingFeatures,
        OverrideStop = OverrideStop,
        CloseOthers = ClosesOthers,
        ProbeLimit = ProbeLimit,

        // The question covers only the switch, not other changes of a roll-out.
        Limits = new GuardRails(),

        // A stop is always sent; services that a restart would sell are a warning.
        AllowOrderLoss = true,
        LeaseWait = WaitForRollout,
        ClosesWithoutLease = Stops,
        Terminated = Terminated,
    };

    /// <summary>
    /// Names changes that a restart would lose, before anything is closed. A gateway that does not answer soon is
    /// closed without this.
    /// </summary>
    private async Task WarnOfLossAsync(IControlPlane controlPlane, GatewayList gateways, ReconcileOptions options, CancellationToken cancellationToken)
    {
        foreach (var gateway in gateways.All)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(WaitForPreview);
            try
            {
                var preview = await new SwitchPreview(controlPlane, gateway).RunAsync(options, limit.Token).ConfigureAwait(false);
                foreach (var loss in preview.Plan?.Diagnostics.Where(static found => found.Code == "restart_loses_settings") ?? [])
                {
                    WriteWarning(gateway.Name + ": " + loss.Message);
                }
            }
            catch (Exception failure) when (failure is LightningOpsException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                WriteVerbose(gateway.Name + ": it is not known which changes a restart would lose: " + failure.Message);
            }
        }
    }

    private void WriteResult(SyncedSwitches result, string switches, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            foreach (var step in result.Gateways.Where(static step => !step.Ok))
            {
                WriteHostLine(ErrorRecords.GatewayNotSynced(result, step, switches).Exception.Message);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        foreach (var warning in result.Gateways.SelectMany(static step => step.Result?.Warnings.Select(warning => NextStep.Format(step.Gateway, warning)) ?? []))
        {
            WriteWarning(warning);
        }

        WriteObject(result);
        foreach (var step in result.Gateways.Where(static step => !step.Ok))
        {
            WriteError(ErrorRecords.GatewayNotSynced(result, step, switches));
        }
    }
}
