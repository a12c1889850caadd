using System;
using System.Management.Automation;
using LightningOps.Paywalls;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.Reconcile;
using LightningOps.Security;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Suspends paywalls of the local store: they are paused and sell nothing after the next roll-out. With -Sync their services are closed
/// on the gateways at once, whatever else is broken; one that could not be confirmed to be closed is the error GatewayNotClosed. Invoices
/// handed out before stay payable, and tokens open again after Resume-LightningPaywall. Other pending changes are named and left.
/// </summary>
/// <example>
/// <code>Suspend-LightningPaywall pw_weather -Mode Local -Sync -Gateway file:/etc/aperture/aperture.yaml -ReloadCommand systemctl, restart, aperture</code>
/// <para>Stops one paywall and closes its services at the gateway.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Suspend, "LightningPaywall", SupportsShouldProcess = true)]
[OutputType(typeof(Paywall), typeof(SyncedSwitches))]
public sealed class SuspendLightningPaywallCommand : PaywallStatusCmdlet
{
    /// <summary>
    /// With -Sync: program, by its absolute path, and arguments that take the whole gateway down; no shell reads them. It is run
    /// when the gateway is seen selling the paywalls -CloseTimeoutSeconds after the close; then it is checked that nothing listens
    /// there. It is asked for first. Of several gateways each has its own, StopCommand in its hashtable (-Gateway @{ … }).
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? StopCommand { get; set; }

    /// <summary>With -StopCommand: how long the gateway may take to be seen closed, seconds; 30 by default.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public int CloseTimeoutSeconds { get; set; } = 30;

    /// <summary>With -StopCommand: run it also when it is not known whether the gateway sells.</summary>
    [Parameter]
    public SwitchParameter StopIfUnconfirmed { get; set; }

    /// <summary>With -StopCommand: do not ask whether the whole gateway may be taken down.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override bool Stops => true;

    /// <inheritdoc/>
    private protected override bool IsForced => Force;

    /// <inheritdoc/>
    private protected override LastResortOptions LastResort => new() { Command = StopCommand ?? [], CloseTimeout = TimeSpan.FromSeconds(CloseTimeoutSeconds), StopIfUnconfirmed = StopIfUnconfirmed };
}
