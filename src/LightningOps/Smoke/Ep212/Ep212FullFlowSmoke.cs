using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane;

namespace LightningOps.Smoke.Ep212;

/// <summary>
/// A purchase from another seller and a second request with the same credential, a route within the cap, and a route
/// above it. It is recorded in events.jsonl, report.html and summary.json, also when it fails.
/// </summary>
internal sealed class Ep212FullFlowSmoke : IBuyingSmoke
{
    private const string DefaultRequestId = "smoke:ep212-full-flow";
    private const string Kind = "ep212-full-flow";

    public SmokeName Name => SmokeName.Ep212FullFlow;

    public ControlPlaneMode? DefaultMode => ControlPlaneMode.Mock;

    public bool NeedsGateway => false;

    public bool UsesScratchStore => false;

    public async Task<ISmokeResult> RunAsync(SmokeRequest request, CancellationToken cancellationToken)
    {
        var requestId = request.RequestId ?? DefaultRequestId;
        var directory = request.ArtifactDirectory ?? RunFolder.Default(request.WorkingDirectory, Kind, requestId);

        // Nothing is bought if it cannot be recorded, and the summary of an earlier run is removed.
        ReportFolder.CheckWritable(directory);
        File.Delete(Path.Combine(directory, RunRecord.SummaryFile));
        using var scene = await Ep212Scenes.CreateForFullFlowAsync(request, requestId, cancellationToken).ConfigureAwait(false);
        using var flow = new Ep212FullFlow(scene, request, requestId);
        try
        {
            await flow.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LightningOpsException) when (flow.Progress.Failure is not null)
        {
            // The result contains it.
        }
        catch (OperationCanceledException)
        {
            Write(request, directory, flow.Result(directory));
            throw;
        }

        var result = flow.Result(directory);
        Write(request, directory, result);
        return result;
    }

    private static void Write(SmokeRequest request, string directory, Ep212FullFlowSmokeResult result) =>
        result.Unwritten = new ReportFolder(request.Time).TryWrite(directory, Ep212Report.Create(result));
}
