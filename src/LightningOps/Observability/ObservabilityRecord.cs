using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using LightningOps.Json;

namespace LightningOps.Observability;

/// <summary>
/// One observed operation: nineteen members in the order of docs/reference/smokes.md#observability-record. Unknown
/// values are null and written as null. It contains no secret.
/// </summary>
public sealed record ObservabilityRecord
{
    /// <summary>Request of the operation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? RequestId { get; init; }

    /// <summary>Owner of the paywall, or the user.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? UserId { get; init; }

    /// <summary>Paywall.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? PaywallId { get; init; }

    /// <summary>Task of the purchase.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? TaskId { get; init; }

    /// <summary>The called path or URL, without a query.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Endpoint { get; init; }

    /// <summary>Price asked, millisatoshis.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? QuotedCostMsats { get; init; }

    /// <summary>Maximum amount allowed, millisatoshis.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? CapAppliedMsats { get; init; }

    /// <summary>Amount paid, millisatoshis, without routing fees.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? PaidAmountMsats { get; init; }

    /// <summary>Reference of the proof of payment; never the preimage itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? PaymentProofRef { get; init; }

    /// <summary>Whether a stored credential was used.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool? CacheHit { get; init; }

    /// <summary>Code of a denial or failure; null when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? DenyReason { get; init; }

    /// <summary>Executor of the operation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required ObservabilityExecutor Executor { get; init; }

    /// <summary>Part of the service.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required ObservabilityPlane Plane { get; init; }

    /// <summary>The node it depends on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    [JsonConverter(typeof(ExecutionPathJsonConverter))]
    public ExecutionPath ExecutionPath { get; init; } = ExecutionPath.HostedNode;

    /// <summary>Session of the desktop wallet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? DesktopSessionId { get; init; }

    /// <summary>State of the desktop wallet's runtime.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? DesktopRuntimeStatus { get; init; }

    /// <summary>State of the wallet that paid.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? WalletState { get; init; }

    /// <summary>Whether the paying node was synchronized.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? NodeSyncStatus { get; init; }

    /// <summary>Time of the observation, Unix milliseconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long ObservedAtMs { get; init; }
}

/// <summary>
/// The required members of every record, and those missing from some JSON
/// (docs/reference/smokes.md#observability-record).
/// </summary>
internal static class ObservabilityKeys
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

    /// <summary>The required members missing from at least one of the records; in the order of <see cref="Required" />.</summary>
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

    /// <summary>The required members missing from some JSON; all of them when it is not an object.</summary>
    internal static IReadOnlyList<string> MissingFrom(JsonElement json) =>
        Required.Where(key => json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(key, out _)).ToArray();
}

/// <summary>Correlation of records: their distinct references, each list sorted by code unit (vectors/smoke/observability.json).</summary>
public sealed record ObservabilityCorrelation
{
    /// <summary>Requests.</summary>
    public required IReadOnlyList<string> RequestIds { get; init; }

    /// <summary>Paywalls.</summary>
    public required IReadOnlyList<string> PaywallIds { get; init; }

    /// <summary>Tasks.</summary>
    public required IReadOnlyList<string> TaskIds { get; init; }

    /// <summary>Proofs of payment.</summary>
    public required IReadOnlyList<string> PaymentProofRefs { get; init; }

    /// <summary>The references of some records.</summary>
    public static ObservabilityCorrelation From(IEnumerable<ObservabilityRecord> records)
    {
        var all = records.ToArray();
        return new ObservabilityCorrelation
        {
            RequestIds = Distinct(all, static record => record.RequestId),
            PaywallIds = Distinct(all, static record => record.PaywallId),
            TaskIds = Distinct(all, static record => record.TaskId),
            PaymentProofRefs = Distinct(all, static record => record.PaymentProofRef),
        };
    }

    private static string[] Distinct(IEnumerable<ObservabilityRecord> records, Func<ObservabilityRecord, string?> reference) => records
        .Select(reference)
        .OfType<string>()
        .Where(static value => value.Length > 0)
        .Distinct(StringComparer.Ordinal)
        .OrderBy(static value => value, StringComparer.Ordinal)
        .ToArray();
}

/// <summary>Executor of an operation (docs/reference/smokes.md#observability-record); written in lower case.</summary>
public enum ObservabilityExecutor
{
    /// <summary>A wallet on the user's desktop.</summary>
    Desktop,

    /// <summary>The gateway.</summary>
    Gateway,

    /// <summary>The operator's side: this module, a control plane.</summary>
    System,
}

/// <summary>Part of the service of an operation (docs/reference/smokes.md#observability-record); written in lower case.</summary>
public enum ObservabilityPlane
{
    /// <summary>Paywalls, deployments, pause and kill switches.</summary>
    Control,

    /// <summary>Services and sales of a gateway.</summary>
    Gateway,

    /// <summary>Invoices and settlements.</summary>
    Settlement,

    /// <summary>User interface.</summary>
    Ui,
}

/// <summary>
/// The Lightning node that an operation depends on (docs/reference/smokes.md#observability-record); written
/// <c>local-node</c> and <c>hosted-node</c>.
/// </summary>
public enum ExecutionPath
{
    /// <summary>A node on the user's machine.</summary>
    LocalNode,

    /// <summary>The hosted node.</summary>
    HostedNode,
}

/// <summary>Text forms of execution paths.</summary>
internal static class ExecutionPaths
{
    /// <summary>A hosted gateway.</summary>
    public const string HostedNode = "hosted-node";
}

/// <summary>The only enum whose names are written with hyphens.</summary>
internal sealed class ExecutionPathJsonConverter : JsonStringEnumConverter<ExecutionPath>
{
    public ExecutionPathJsonConverter()
        : base(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    {
    }
}
