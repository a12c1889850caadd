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

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that stops or releases selling, in the control plane and with -Sync at the gateways, too.</summary>
public abstract class SwitchCmdlet : GatewayCmdlet
{
    /// <summary>Parameter set that stops.</summary>
    protected const string StopSet = "Active";

    /// <summary>Parameter set that releases.</summary>
    protected const string ReleaseSet = "Inactive";

    /// <summary>A roll-out that is at work may have read the switches before they were set: it is waited for, then overruled.</summary>
    private static readonly TimeSpan WaitForRollout = TimeSpan.FromSeconds(30);

    /// <summary>Stop selling.</summary>
    [Parameter(Mandatory = true, ParameterSetName = StopSet)]
    public SwitchParameter Active { get; set; }

    /// <summary>Sell again.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ReleaseSet)]
    public SwitchParameter Inactive { get; set; }

    /// <summary>Why, for people; it is the deny reason while selling is stopped.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>Who; user@machine by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string UpdatedBy { get; set; } = CurrentUser.Name;

    /// <summary>
    /// Roll out at once, as Sync-ApertureConfig does: until then a gateway goes on selling. Every gateway named is tried,
    /// also when one fails; another roll-out at work is waited for, up to 30 seconds.
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
    /// With -Sync: Aperture, Lightning Labs' configuration; RouteDocument, the older service's document, only with -Inactive:
    /// it knows no pause and no kill switch, and would leave the gateway open.
    /// </summary>
    [Parameter]
    public ArtifactFormat Format { get; set; } = ArtifactFormat.Aperture;

    /// <summary>With -Sync: the gateway does not serve Aperture's admin API; its reserved paths are warnings, not errors.</summary>
    [Parameter]
    public SwitchParameter NoAdminApi { get; set; }

    /// <summary>With -Sync: roll out although the gateway cannot carry rate limits or rewrites.</summary>
    [Parameter]
    public SwitchParameter AllowMissingFeatures { get; set; }

    /// <summary>With -Sync: reopen a gateway that another store stopped; without it that is refused, naming who stopped it.</summary>
    [Parameter]
    public SwitchParameter OverrideStop { get; set; }

    /// <summary>Do not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Whether the command stops selling.</summary>
    protected bool Stops => ParameterSetName == StopSet ? Active : !Inactive;

    /// <summary>Half a close leaves services selling: it is finished.</summary>
    private protected sealed override bool FinishesOnSignal => Stops;

    /// <summary>Opens the gateways to roll out to, before anything is set: one that is named wrongly must not leave half a command done.</summary>
    /// <exception cref="ConfigException">A gateway or one of its settings cannot be used, or is given without -Sync.</exception>
    private protected GatewayList OpenSyncGateways()
    {
        if (!Sync && GatewaySettings.Concat([nameof(Gateway), nameof(Format), nameof(NoAdminApi), nameof(AllowMissingFeatures), nameof(OverrideStop)]).FirstOrDefault(IsBound) is { } given)
        {
            throw new ConfigException(given, "is given without -Sync", "Add -Sync, or leave -" + given + " out and run Sync-ApertureConfig.");
        }

        if (Sync && Stops && Format == ArtifactFormat.RouteDocument)
        {
            throw new ConfigException(nameof(Format), "RouteDocument knows no pause and no kill switch: the gateway would go on selling", "Leave -Format out, or set the switch without -Sync.");
        }

        return Sync ? OpenGateways(Gateway, EffectiveMode, closes: Stops) : new GatewayList([]);
    }

    /// <summary>Sets a switch; who stops that is told that nobody knows whether it is set.</summary>
    /// <param name="set">Sets it.</param>
    /// <param name="name">The switch, for people: <c>the global pause</c>.</param>
    /// <param name="cancellationToken">Stops the call; it may have arrived.</param>
    private protected async Task<T> SetAsync<T>(Func<Task<T>> set, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await set().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            WriteHostLine("Stopped: it is not known whether " + name + " is " + (Stops ? "set" : "lifted") + ". Get-L402SecurityState -Mode " + EffectiveMode + " tells; "
                + (Sync ? "no gateway was rolled out to." : "run the command again to be sure."));
            throw;
        }
    }

    /// <summary>Rolls out what has just been set, and writes how that went.</summary>
    /// <param name="controlPlane">Where it was set.</param>
    /// <param name="gateways">Where to roll out.</param>
    /// <param name="set">What was set; its gateways are not known yet.</param>
    /// <param name="switches">What was set, for people: <c>The global pause IS</c>.</param>
    /// <param name="cancellationToken">Stops it; the switches stay set.</param>
    private protected async Task SyncAsync(IControlPlane controlPlane, GatewayList gateways, SyncedSwitches set, string switches, CancellationToken cancellationToken)
    {
        var stages = ShowStages(Stops ? "Closing" : "Opening");
        var steps = new List<RolloutStep>();
        try
        {
            var options = new ReconcileOptions
            {
                RequestId = NewRequestId(Stops ? "stop" : "release", EffectiveMode),
                Compile = new CompileOptions { Format = Format, GatewayHasAdminApi = !NoAdminApi },
                AllowMissingFeatures = AllowMissingFeatures,
                OverrideStop = OverrideStop,

                // A stop is always sent; what a restart would sell is a warning.
                AllowOrderLoss = true,
                LeaseWait = WaitForRollout,
                ClosesWithoutLease = Stops,
            };
            for (var place = 0; place < gateways.All.Count; place++)
            {
                var own = gateways.All.Count == 1 ? options : options with { RequestId = options.RequestId + ":" + (place + 1) };
                steps.AddRange((await RollOutAsync(controlPlane, [(gateways.All[place], null)], own, rollbackAll: false, stages, cancellationToken).ConfigureAwait(false)).Steps);
            }

            steps.AddRange(gateways.Refused.Select(static refused => new RolloutStep(refused.Gateway) { Error = refused.Error }));
        }
        finally
        {
            stages.Complete();
        }

        WriteResult(set with { Gateways = steps }, switches, cancellationToken);
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
