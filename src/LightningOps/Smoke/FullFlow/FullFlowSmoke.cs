using System;
using System.Threading;
using System.Threading.Tasks;
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
        try
        {
            await FlowOf(request, report).RunAsync(cancellationToken).ConfigureAwait(false);
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

    private static IFullFlow FlowOf(SmokeRequest request, FullFlowReport report) => new HostedFullFlow(request, report);
}
