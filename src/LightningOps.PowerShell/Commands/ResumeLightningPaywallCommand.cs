using System.Management.Automation;
using LightningOps.Paywalls;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.Security;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Resumes suspended paywalls of the local store: they sell again after the next roll-out, with -Sync at once. A pause or kill switch
/// that denies them still holds.
/// </summary>
/// <example>
/// <code>Get-LightningPaywall -Mode Local -Status Paused | Resume-LightningPaywall -Mode Local -WhatIf</code>
/// <para>The paywalls that would be resumed.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Resume, "LightningPaywall", SupportsShouldProcess = true)]
[OutputType(typeof(Paywall), typeof(SyncedSwitches))]
public sealed class ResumeLightningPaywallCommand : PaywallStatusCmdlet
{
    /// <inheritdoc/>
    private protected override bool Stops => false;
}
