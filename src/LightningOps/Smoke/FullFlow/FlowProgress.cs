using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.Artifacts;

namespace LightningOps.Smoke.FullFlow;

/// <summary>What a full flow did so far: an event a stage, and which checks were made. The first failure ends it.</summary>
internal sealed class FlowProgress
{
    private readonly TimeProvider time;
    private readonly List<RunEvent> events = [];
    private readonly List<string> passed = [];
    private string? current;

    public FlowProgress(TimeProvider time) => this.time = time;

    /// <summary>The stages that ended, in order.</summary>
    public IReadOnlyList<RunEvent> Events => events;

    /// <summary>The check that failed, or null.</summary>
    public FlowFailure? Failure { get; private set; }

    /// <summary>How the checks stand.</summary>
    public FullFlowCoverage Coverage()
    {
        var failed = Failure is null ? [] : new[] { Failure.Check };
        var open = FullFlowChecks.All.Except(passed).Except(failed).ToArray();
        return new FullFlowCoverage
        {
            TotalChecks = FullFlowChecks.All.Count,
            PassedChecks = passed.Count,
            FailedChecks = failed,
            ChecksNotMade = open.Length == 0 ? null : open,
        };
    }

    /// <summary>Begins a check, unless it is being made; the one before has passed.</summary>
    public void Begin(string check)
    {
        if (current != check)
        {
            PassCurrent();
            current = check;
        }
    }

    /// <summary>Runs a stage and writes its event, also when it fails or is cancelled.</summary>
    /// <exception cref="LightningOpsException">It failed; the failure is in <see cref="Failure"/>, too.</exception>
    public async Task StageAsync(string name, string requestId, Func<FlowStage, Task> body)
    {
        var stage = new FlowStage(this, name, requestId);
        try
        {
            await body(stage).ConfigureAwait(false);
            PassCurrent();
            Add(stage, "ok");
        }
        catch (Exception failure) when (failure is LightningOpsException or OperationCanceledException)
        {
            Failure = FlowFailure.Of(current ?? name, failure);
            stage.Details["check"] = Failure.Check;
            stage.Details["code"] = Failure.Code;
            stage.Details["reason"] = Failure.Reason;
            Add(stage, "failed");
            throw;
        }
    }

    private void PassCurrent()
    {
        if (current is not null)
        {
            passed.Add(current);
            current = null;
        }
    }

    private void Add(FlowStage stage, string status) =>
        events.Add(new RunEvent(time.GetUtcNow().ToUnixTimeMilliseconds(), stage.Name, stage.RequestId, status) { Details = stage.Details.Count == 0 ? null : stage.Details });
}
