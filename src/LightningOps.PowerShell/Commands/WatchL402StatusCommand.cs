using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Display;
using LightningOps.PowerShell.Progress;
using LightningOps.Status;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Shows a status in the terminal and refreshes it until it is stopped with Ctrl+C. Where the output is not a terminal,
/// it writes one status after the other as text.
/// </summary>
/// <example>
/// <code>Watch-L402Status -Mode Local -Gateway prod</code>
/// <para>For the person on duty.</para>
/// </example>
/// <example>
/// <code>Watch-L402Status -Mode Local -Gateway prod -IntervalSeconds 5 -Count 12</code>
/// <para>Every five seconds for a minute.</para>
/// </example>
[Cmdlet(VerbsCommon.Watch, "L402Status")]
[OutputType(typeof(string))]
public sealed class WatchL402StatusCommand : StatusCmdlet
{
    /// <summary>Time in seconds between the beginnings of two reads; 10 by default.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int IntervalSeconds { get; set; } = 10;

    /// <summary>Number of reads; without it the command runs until it is stopped.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; }

    /// <inheritdoc/>
    private protected override async Task RunAsync(
        IControlPlane controlPlane, IReadOnlyList<IGateway> gateways, StageReporter stages, CancellationToken cancellationToken)
    {
        var screen = new StatusScreen(OnPipeline(() => SessionState.PSVariable.GetValue("PSStyle") is { } style ? PSObject.AsPSObject(style) : null), OnPipeline(() => Host.UI?.RawUI));
        for (var reads = 0; ; reads++)
        {
            var next = Task.Delay(TimeSpan.FromSeconds(IntervalSeconds), cancellationToken);
            var status = await ReadAsync(controlPlane, gateways, cancellationToken).ConfigureAwait(false);
            var text = screen.Format(status, IntervalSeconds);
            if (!OnPipeline(() => screen.TryShow(text)))
            {
                WriteObject(text);
                WaitForPipeline();
            }

            if (Count > 0 && reads + 1 >= Count)
            {
                return;
            }

            await next.ConfigureAwait(false);
        }
    }
}
