using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.Security;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Pauses every paywall, or lifts the pause. Gateways keep selling until the next roll-out; -Sync rolls out at once,
/// after the pause is set. A gateway that cannot be closed is the error GatewayNotClosed, and the pause stays set.
/// </summary>
/// <example>
/// <code>Set-L402GlobalPause -Active -Reason 'node is being moved' -Sync -Gateway file:/etc/aperture/aperture.yaml -ReloadCommand systemctl, restart, aperture</code>
/// <para>Pauses and closes the gateway.</para>
/// </example>
/// <example>
/// <code>Set-L402GlobalPause -Inactive -Mode Api -Sync -Force</code>
/// <para>Sells again, from a runbook.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "L402GlobalPause", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = StopSet)]
[OutputType(typeof(GlobalControl), typeof(SyncedSwitches))]
public sealed class SetL402GlobalPauseCommand : SwitchCmdlet
{
    /// <summary>
    /// With -Sync: close services of a file or admin gateway that this store did not make, too. In a file their text is kept
    /// and put back to the byte when the pause is lifted with -Sync. Over the admin API a warning first names what a restart
    /// would lose; lifting restores them, or deletes the row of a service that the aperture.yaml (Path in the hashtable of the
    /// gateway) defines: it is served again after a restart of Aperture.
    /// </summary>
    [Parameter(ParameterSetName = StopSet)]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    private protected override bool IsGlobal => true;

    /// <inheritdoc/>
    private protected override bool ClosesOthers => All;

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (All && !Sync)
        {
            throw new ConfigException(nameof(All), "is given without -Sync", "Add -Sync: services of others are closed at a gateway only.");
        }

        using var gateways = OpenSyncGateways();
        var mode = EffectiveMode;
        if (!ConfirmAction((Stops ? "Pause every paywall of control plane " : "Lift the global pause of control plane ") + DescribeControlPlane(mode) + StopCommandNotice, "Global pause", Force))
        {
            if (IsWhatIf && Sync)
            {
                using var reader = OpenControlPlane(mode, StoreAccess.Read);
                await ShowPlansAsync(reader, gateways, null, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        await RequireNamedStoreAsync(cancellationToken).ConfigureAwait(false);
        using var controlPlane = OpenControlPlane(mode);
        var change = new GlobalPauseChange { Active = Stops, Reason = Reason, UpdatedBy = UpdatedBy };
        var global = await SetAsync(() => controlPlane.SetGlobalPauseAsync(change, cancellationToken), "the global pause", null, cancellationToken).ConfigureAwait(false);
        if (!Sync)
        {
            WriteObject(global);
            return;
        }

        var set = new SyncedSwitches { Active = Stops, Global = global, Gateways = [] };
        await SyncAsync(controlPlane, gateways, set, "The global pause IS", cancellationToken).ConfigureAwait(false);
    }
}
