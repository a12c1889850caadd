using System.Collections.Generic;
using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>A stage while it runs: what it finds out about itself.</summary>
internal sealed class StageStep
{
    public StageStatus Status { get; private set; } = StageStatus.Ok;

    public string? Reason { get; private set; }

    public Dictionary<string, object> Details { get; } = new();

    public void Skip(string reason) => End(StageStatus.Skipped, reason);

    public void Fail(string reason) => End(StageStatus.Failed, reason);

    /// <summary>Takes over how a check ended.</summary>
    public void Judge(ProbeResult probe)
    {
        if (probe.StatusCode is { } statusCode)
        {
            Details["statusCode"] = statusCode;
        }

        if (probe.Outcome != ProbeOutcome.Passed)
        {
            End(probe.Outcome == ProbeOutcome.Skipped ? StageStatus.Skipped : StageStatus.Failed, probe.Reason ?? "no_reason_given");
        }
    }

    private void End(StageStatus status, string reason)
    {
        Status = status;
        Reason = reason;
    }
}
