using System;
using System.IO;
using System.Linq;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.Observability;
using LightningOps.Reconcile;

namespace LightningOps.Smoke.FullFlow;

/// <summary>The result of a running full flow, built section by section.</summary>
internal sealed class FullFlowReport
{
    private readonly SmokeRequest request;

    public FullFlowReport(SmokeRequest request)
    {
        this.request = request;
        RequestId = request.RequestId ?? FormattableString.Invariant($"smoke:full-flow:{NowMs}");
        Directory = request.ArtifactDirectory ?? RunFolder.Default(request.WorkingDirectory, "full-flow", RequestId);
        Progress = new FlowProgress(request.Time);
    }

    public string RequestId { get; }

    /// <summary>Folder of the artifacts.</summary>
    public string Directory { get; }

    public FlowProgress Progress { get; }

    public FullFlowPaywall? Paywall { get; set; }

    public FullFlowReconcile? Reconcile { get; set; }

    public FullFlowPaidRequest? PaidRequest { get; set; }

    public FullFlowDeniedRequest? DeniedRequest { get; set; }

    public FullFlowSettlements? Settlements { get; set; }

    public FullFlowObservability? Observability { get; set; }

    public FullFlowParity? Parity { get; set; }

    /// <summary>Writes events.jsonl, report.html and summary.json, also for a failed flow, and returns the result, which states if they could not be written.</summary>
    public FullFlowSmokeResult Write()
    {
        var result = Result();
        result.Unwritten = new ReportFolder(request.Time).TryWrite(Directory, FullFlowReportPage.Create(result));
        return result;
    }

    private long NowMs => request.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private FullFlowSmokeResult Result()
    {
        var coverage = Progress.Coverage();
        return new FullFlowSmokeResult
        {
            Ok = Progress.Failure is null && coverage.PassedChecks == coverage.TotalChecks,
            Mode = request.Mode,
            RequestId = RequestId,
            ExecutionPath = ExecutionPaths.HostedNode,
            PaywallCreation = Paywall,
            GatewayReconcile = Reconcile,
            PaidRequest = PaidRequest,
            PolicyDeniedRequest = DeniedRequest,
            SettlementCorrelation = Settlements,
            Observability = Observability,
            Parity = Parity,
            Coverage = coverage,
            Failure = Progress.Failure,
            Events = Progress.Events.ToArray(),
            Artifacts = new FlowArtifacts
            {
                ArtifactDir = Directory,
                SummaryPath = Path.Combine(Directory, RunRecord.SummaryFile),
                EventsPath = Path.Combine(Directory, RunRecord.EventsFile),
                GeneratedAtMs = NowMs,
            },
        };
    }
}
