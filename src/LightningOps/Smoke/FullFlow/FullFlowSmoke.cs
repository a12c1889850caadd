using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane;

namespace LightningOps.Smoke.FullFlow;

/// <summary>
/// Everything end to end in eight checks, written down in events.jsonl and summary.json also when it fails: what happened
/// so far, the last event failed, and in the summary which check and why. The first check that fails ends it.
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

        // Nothing is rolled out or bought where it could not be written down.
        ReportFolder.CheckWritable(report.Directory);
        using var site = request.Mode == SmokeMode.Local ? LocalSite.Create(request) : null;
        IFullFlow flow = site is null ? new HostedFullFlow(request, report) : new LocalFullFlow(request, report, site);
        return await RunAsync(flow, report, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a flow and writes down how it ended.</summary>
    internal static async Task<FullFlowSmokeResult> RunAsync(IFullFlow flow, FullFlowReport report, CancellationToken cancellationToken)
    {
        try
        {
            await flow.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LightningOpsException) when (report.Progress.Failure is not null)
        {
            // It is in the report.
        }
        catch (OperationCanceledException)
        {
            report.Write();
            throw;
        }

        return report.Write();
    }
}

/// <summary>One way to run the full flow.</summary>
internal interface IFullFlow
{
    /// <summary>Makes the checks, each in a stage of the report.</summary>
    /// <exception cref="LightningOpsException">A check did not pass or could not be made; the report has it.</exception>
    Task RunAsync(CancellationToken cancellationToken);
}
