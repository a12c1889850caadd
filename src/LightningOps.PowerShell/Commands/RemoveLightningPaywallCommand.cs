using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Removes paywalls from the local store. Gateways serve them until the next Sync-ApertureConfig; tokens sold for them then open nothing. A warning states that the last paywall was removed: Sync-ApertureConfig then removes the last services of gateways to which this store rolled out, within the guard rails.
/// Suspend-LightningPaywall stops a sale and can be taken back; Export-LightningPaywall keeps a copy.
/// </summary>
/// <example>
/// <code>Remove-LightningPaywall pw_trial -Mode Local -WhatIf</code>
/// <para>What would be removed.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "LightningPaywall", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveLightningPaywallCommand : AuthoringCmdlet
{
    /// <summary>Ids of the paywalls.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PaywallIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] PaywallId { get; set; } = [];

    /// <summary>Do not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => WithAuthorAsync(
        mayCreate: false,
        async author =>
        {
            foreach (var id in PaywallId)
            {
                await ForInputAsync(id, async () =>
                {
                    if (ConfirmAction("Remove paywall " + id + " of control plane " + DescribeControlPlane(EffectiveMode) + ". No gateway is changed now: each one removes its service with the next roll-out", "Remove paywall", Force))
                    {
                        Warn(await author.RemoveAsync(id, cancellationToken).ConfigureAwait(false));
                        await JournalPaywallAsync(id, "paywall removed").ConfigureAwait(false);
                    }
                }).ConfigureAwait(false);
            }
        },
        cancellationToken);
}
