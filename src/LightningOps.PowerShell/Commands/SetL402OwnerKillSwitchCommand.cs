using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.Security;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Stops all paywalls of owners, or releases them. Gateways keep selling until the next roll-out; -Sync rolls out after
/// all switches are set. An owner that occurs several times in the pipeline (once per paywall) is set once; the switch
/// of an owner without a paywall is set with a warning.
/// </summary>
/// <example>
/// <code>Set-L402OwnerKillSwitch -OwnerId owner_7 -Active -Reason 'abuse report 311' -Mode Api -Sync</code>
/// <para>Stops one owner and closes its paywalls at the gateway.</para>
/// </example>
/// <example>
/// <code>Get-LightningPaywall -Mode Local | Where-Object Name -like 'Trial*' | Set-L402OwnerKillSwitch -Active -Mode Local -Force</code>
/// <para>Stops the owners of some paywalls.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "L402OwnerKillSwitch", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = StopSet)]
[OutputType(typeof(OwnerControl), typeof(SyncedSwitches))]
public sealed class SetL402OwnerKillSwitchCommand : SwitchCmdlet
{
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly List<OwnerControl> set = new();
    private readonly List<string> notSet = new();
    private IControlPlane? controlPlane;
    private HashSet<string>? owners;
    private GatewayList? gateways;

    /// <summary>Owners.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(OwnerIdCompleter))]
    [ValidateNotNullOrEmpty]
    [OwnerId]
    public string[] OwnerId { get; set; } = [];

    /// <inheritdoc/>
    protected override Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        gateways = OpenSyncGateways();
        controlPlane = IsWhatIf ? OpenControlPlane(EffectiveMode, StoreAccess.Read) : OpenControlPlane();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        foreach (var owner in OwnerId.Where(seen.Add))
        {
            if (!await ForInputAsync(owner, () => SetAsync(owner, cancellationToken)).ConfigureAwait(false))
            {
                notSet.Add(owner);
            }
        }
    }

    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken) =>
        Sync && IsWhatIf && seen.Count > 0 ? ShowPlansAsync(controlPlane!, gateways!, seen, cancellationToken)
        : Sync && set.Count > 0
            ? SyncAsync(controlPlane!, gateways!, new SyncedSwitches { Active = Stops, Owners = set.ToArray(), NotSet = notSet.ToArray(), Gateways = [] }, Switches, cancellationToken)
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

    private string Switches => set.Count == 1 ? "The kill switch of " + set[0].OwnerId + " IS" : "The kill switches of " + set.Count + " owners ARE";

    /// <summary>Whether the owner has paywalls; also true if that cannot be read, because the switch is set either way.</summary>
    private async Task<bool> MayHavePaywallsAsync(string owner, CancellationToken cancellationToken)
    {
        try
        {
            owners ??= new HashSet<string>((await controlPlane!.ListPaywallsAsync(cancellationToken).ConfigureAwait(false)).Select(static paywall => paywall.OwnerId), StringComparer.Ordinal);
            return owners.Contains(owner);
        }
        catch (LightningOpsException failure)
        {
            WriteVerbose("Cannot determine whether " + owner + " has paywalls: " + failure.Message);
            return true;
        }
    }

    private async Task SetAsync(string owner, CancellationToken cancellationToken)
    {
        var deed = (Stops ? "Stop every paywall of owner " : "Release the paywalls of owner ") + owner + " in control plane " + DescribeControlPlane(EffectiveMode) + StopCommandNotice;
        if (!ConfirmAction(deed, "Kill switch", Force))
        {
            return;
        }

        await RequireNamedStoreAsync(cancellationToken).ConfigureAwait(false);
        var change = new OwnerKillSwitchChange { OwnerId = owner, Active = Stops, Reason = Reason, UpdatedBy = UpdatedBy };
        var control = await SetAsync(() => controlPlane!.SetOwnerKillSwitchAsync(change, cancellationToken), "the kill switch of " + owner, owner, cancellationToken).ConfigureAwait(false);
        set.Add(control);
        if (Stops && !await MayHavePaywallsAsync(owner, cancellationToken).ConfigureAwait(false))
        {
            WriteWarning("The kill switch of " + owner + " is set, but that owner has no active or paused paywall. Check the id: Get-LightningPaywall lists the owners.");
        }

        if (!Sync)
        {
            WriteObject(control);
        }
    }
}
