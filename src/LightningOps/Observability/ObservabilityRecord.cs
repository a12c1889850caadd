using System.Text.Json.Serialization;

namespace LightningOps.Observability;

/// <summary>
/// One observed operation: nineteen members in the order of docs/reference/smokes.md#observability-record. What is not known is null, and written
/// as null. Nothing in it is a secret.
/// </summary>
public sealed record ObservabilityRecord
{
    /// <summary>Request the operation belongs to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? RequestId { get; init; }

    /// <summary>Owner of the paywall, or the user concerned.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? UserId { get; init; }

    /// <summary>Paywall concerned.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? PaywallId { get; init; }

    /// <summary>Task a purchase was made for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? TaskId { get; init; }

    /// <summary>What was called: a path or a URL, without a query.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Endpoint { get; init; }

    /// <summary>Price asked, millisatoshis.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? QuotedCostMsats { get; init; }

    /// <summary>Most that was allowed to be spent, millisatoshis.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? CapAppliedMsats { get; init; }

    /// <summary>Amount paid, millisatoshis, without routing fees.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? PaidAmountMsats { get; init; }

    /// <summary>Reference of the proof of payment; never the preimage itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? PaymentProofRef { get; init; }

    /// <summary>Whether a credential paid for before was used.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool? CacheHit { get; init; }

    /// <summary>Code of why it was denied or failed; null when it was not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? DenyReason { get; init; }

    /// <summary>Who carried it out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required ObservabilityExecutor Executor { get; init; }

    /// <summary>Part of the service.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required ObservabilityPlane Plane { get; init; }

    /// <summary>Whose node it relies on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
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

    /// <summary>Whether the node that paid was synchronized.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? NodeSyncStatus { get; init; }

    /// <summary>When it was observed, Unix milliseconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long ObservedAtMs { get; init; }
}
