using System.Collections.Generic;

namespace LightningOps.Artifacts;

/// <summary>One line of events.jsonl (docs/reference/smokes.md#artifacts).</summary>
/// <param name="Ts">Time, Unix milliseconds.</param>
/// <param name="Stage">For example <c>reconcile.health</c>.</param>
/// <param name="RequestId">Request it belongs to.</param>
/// <param name="Status"><c>ok</c>, <c>skipped</c> or <c>failed</c>.</param>
public sealed record RunEvent(long Ts, string Stage, string RequestId, string Status)
{
    /// <summary>What else there is to say, by member name; left out when there is nothing.</summary>
    public IReadOnlyDictionary<string, object>? Details { get; init; }
}
