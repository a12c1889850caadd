using System;
using System.Collections.Generic;
using System.Text.Json;
using LightningOps.Gateway.Probes;

namespace LightningOps.Reconcile;

/// <summary>The stages of a reconcile, in order (docs/reference/gateway.md#reconcile); written in lower snake case.</summary>
public enum ReconcileStage
{
    /// <summary>Taking the gateway's lease.</summary>
    Lease,

    /// <summary>Sending what an earlier run could not record.</summary>
    Outbox,

    /// <summary>Listing the paywalls.</summary>
    List,

    /// <summary>Reading pause and kill switches.</summary>
    Security,

    /// <summary>Compiling.</summary>
    Compile,

    /// <summary>Recording the deployment as pending.</summary>
    Pending,

    /// <summary>Reading what the gateway serves.</summary>
    ActiveLookup,

    /// <summary>Working out what would change.</summary>
    Plan,

    /// <summary>Sending the configuration.</summary>
    Apply,

    /// <summary>Checking that the gateway is up.</summary>
    Health,

    /// <summary>Checking that the probe route asks for payment.</summary>
    Challenge,

    /// <summary>Checking that a paid request reaches the upstream.</summary>
    Proxy,

    /// <summary>Going back to what the gateway served before.</summary>
    Rollback,

    /// <summary>Closing what a pause or kill switch denies, where what is wanted does not get to the gateway.</summary>
    Close,

    /// <summary>Recording how it ended.</summary>
    Record,
}

/// <summary>A stage that begins or ends; no secret is in it.</summary>
public sealed record StageReport
{
    /// <summary>Name of the gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>Request the reconcile runs under.</summary>
    public required string RequestId { get; init; }

    /// <summary>The stage.</summary>
    public required ReconcileStage Stage { get; init; }

    /// <summary>Where it stands.</summary>
    public required StageStatus Status { get; init; }

    /// <summary>Time of the report, Unix milliseconds.</summary>
    public required long AtMs { get; init; }

    /// <summary>How long it took; zero when it has only begun.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Why it failed or was skipped, or for whom it waits.</summary>
    public string? Reason { get; init; }

    /// <summary>What else is worth knowing, by member name: strings, numbers, booleans.</summary>
    public IReadOnlyDictionary<string, object> Details { get; init; } = new Dictionary<string, object>();
}

/// <summary>Where a stage stands.</summary>
public enum StageStatus
{
    /// <summary>It has begun.</summary>
    Started,

    /// <summary>It goes on once another is done, which the reason names.</summary>
    Waiting,

    /// <summary>It is done and good.</summary>
    Ok,

    /// <summary>It was not made; never to be taken for good.</summary>
    Skipped,

    /// <summary>It failed, or was cancelled.</summary>
    Failed,
}

/// <summary>A stage while it runs: what it finds out about itself.</summary>
internal sealed class StageStep
{
    public StageStatus Status { get; private set; } = StageStatus.Ok;

    public string? Reason { get; private set; }

    public Dictionary<string, object> Details { get; } = new();

    public void Skip(string reason) => End(StageStatus.Skipped, reason);

    public void Fail(string reason) => End(StageStatus.Failed, reason);

    /// <summary>Takes over how a check ended.</summary>
    public void SetResult(ProbeResult probe)
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

/// <summary>Enum members as the contracts write them: lower snake case.</summary>
internal static class EnumName
{
    public static string GetName(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
