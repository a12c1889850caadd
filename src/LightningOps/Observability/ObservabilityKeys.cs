using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using LightningOps.Artifacts;

namespace LightningOps.Observability;

/// <summary>The members every record has, and which of them some JSON lacks (docs/reference/smokes.md#observability-record).</summary>
public static class ObservabilityKeys
{
    /// <summary>Names of the nineteen members, in order.</summary>
    public static IReadOnlyList<string> Required { get; } =
    [
        "requestId",
        "userId",
        "paywallId",
        "taskId",
        "endpoint",
        "quotedCostMsats",
        "capAppliedMsats",
        "paidAmountMsats",
        "paymentProofRef",
        "cacheHit",
        "denyReason",
        "executor",
        "plane",
        "executionPath",
        "desktopSessionId",
        "desktopRuntimeStatus",
        "walletState",
        "nodeSyncStatus",
        "observedAtMs",
    ];

    /// <summary>The required members that at least one of the records lacks, as they are written; in the order of <see cref="Required"/>.</summary>
    public static IReadOnlyList<string> MissingFrom(IEnumerable<ObservabilityRecord> records)
    {
        var missing = new HashSet<string>();
        foreach (var record in records)
        {
            using var json = JsonSerializer.SerializeToDocument(record, ArtifactJson.Options);
            missing.UnionWith(MissingFrom(json.RootElement));
        }

        return Required.Where(missing.Contains).ToArray();
    }

    /// <summary>The required members that some JSON lacks; all of them when it is no object.</summary>
    internal static IReadOnlyList<string> MissingFrom(JsonElement json) =>
        Required.Where(key => json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(key, out _)).ToArray();
}
