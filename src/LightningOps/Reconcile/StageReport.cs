using System;
using System.Collections.Generic;

namespace LightningOps.Reconcile;

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
