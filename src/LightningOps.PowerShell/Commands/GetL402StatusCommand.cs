using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Progress;
using LightningOps.Status;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Gets the state of gateways, switches, roll-outs, smokes, sales, budgets and credentials in one object. Each gateway has
/// its desired, written and live configuration. A value that cannot be read is null and named in NotKnown; it is never an
/// error that hides the others. Nothing is changed, and no invoice is created without -AskGateway.
/// </summary>
/// <example>
/// <code>Get-L402Status -Mode Local -Gateway file:/etc/aperture/aperture.yaml</code>
/// <para>The status of one gateway.</para>
/// </example>
/// <example>
/// <code>(Get-L402Status -Mode Local -Gateway prod).Expiring | Where-Object SecondsLeft -LT 1209600</code>
/// <para>What expires in two weeks.</para>
/// </example>
/// <example>
/// <code>Get-L402Status -Mode Local -Gateway prod | Export-L402Metric -Path /var/lib/prometheus/node-exporter/lightningops.prom</code>
/// <para>Metrics for Prometheus.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "L402Status")]
[OutputType(typeof(L402Status))]
public sealed class GetL402StatusCommand : StatusCmdlet
{
    /// <inheritdoc/>
    private protected override async Task RunAsync(
        IControlPlane controlPlane, IReadOnlyList<IGateway> gateways, StageReporter stages, CancellationToken cancellationToken) =>
        WriteObject(await ReadAsync(controlPlane, gateways, cancellationToken).ConfigureAwait(false));
}
