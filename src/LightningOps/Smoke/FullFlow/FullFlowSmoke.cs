using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane;

namespace LightningOps.Smoke.FullFlow;

/// <summary>
/// Everything end to end in eight checks, recorded in events.jsonl and summary.json. After a failure they contain the
/// events so far, the failed event last, and the check with its reason. The first failed check ends it.
/// </summary>
internal sealed class FullFlowSmoke : ISmoke
{
    public SmokeName Name => SmokeName.FullFlow;

    public ControlPlaneMode? DefaultMode => ControlPlaneMode.Mock;

    public bool NeedsGateway => true;

    public bool UsesScratchStore => true;

    public async Task<ISmokeResult> RunAsync(SmokeRequest request, CancellationToken cancellationToken)
    {
        var report = new FullFlowReport(request);

        // Nothing is rolled out or bought if it cannot be recorded.
        ReportFolder.CheckWritable(report.Directory);
        using var site = request.Mode == SmokeMode.Local ? LocalSite.Create(request) : null;
        IFullFlow flow = site is null ? new HostedFullFlow(request, report) : new LocalFullFlow(request, report, site);
        return await RunAsync(flow, report, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a flow and records its outcome.</summary>
    internal static async Task<FullFlowSmokeResult> RunAsync(IFullFlow flow, FullFlowReport report, CancellationToken cancellationToken)
    {
        try
        {
            await flow.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LightningOpsException) when (report.Progress.Failure is not null)
        {
            // The report contains it.
        }
        catch (OperationCanceledException)
        {
            report.Write();
            throw;
        }

        return report.Write();
    }
}

/// <summary>A way to run the full flow.</summary>
internal interface IFullFlow
{
    /// <summary>Runs the checks, each in a stage of the report.</summary>
    /// <exception cref="LightningOpsException">A check failed or could not be made; the report contains it.</exception>
    Task RunAsync(CancellationToken cancellationToken);
}
