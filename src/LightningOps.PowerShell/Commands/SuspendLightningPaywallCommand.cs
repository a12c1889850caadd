using System.Management.Automation;
using LightningOps.Paywalls;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.Security;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Suspends paywalls of the local store: they are paused and sell nothing after the next roll-out. With -Sync their services are closed
/// on the gateways at once, whatever else is broken; one that could not be confirmed to be closed is the error GatewayNotClosed. Invoices
/// handed out before stay payable, and tokens open again after Resume-LightningPaywall.
/// </summary>
/// <example>
/// <code>Suspend-LightningPaywall pw_weather -Mode Local -Sync -Gateway file:/etc/aperture/aperture.yaml -ReloadCommand systemctl, restart, aperture</code>
/// <para>Stops one paywall and closes its services at the gateway.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Suspend, "LightningPaywall", SupportsShouldProcess = true)]
[OutputType(typeof(Paywall), typeof(SyncedSwitches))]
public sealed class SuspendLightningPaywallCommand : PaywallStatusCmdlet
{
    /// <inheritdoc/>
    private protected override bool Stops => true;
}
