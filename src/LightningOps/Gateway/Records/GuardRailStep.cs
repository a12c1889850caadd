using System;
using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace LightningOps.Gateway.Records;

/// <summary>A roll-out that nobody agreed to, as far as guard rails count it (docs/reference/gateway.md#guard-rails).</summary>
public sealed record GuardRailStep
{
    /// <summary>Time, Unix milliseconds.</summary>
    public required long AtMs { get; init; }

    /// <summary>Services that were removed.</summary>
    public IReadOnlyList<string> Removed { get; init; } = Array.Empty<string>();

    /// <summary>Services that were added.</summary>
    public IReadOnlyList<string> Added { get; init; } = Array.Empty<string>();

    /// <summary>Former price of each service whose price was changed, satoshis.</summary>
    public IReadOnlyDictionary<string, long> Prices { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>Whether it changed nothing that counts.</summary>
    [JsonIgnore]
    public bool IsEmpty => Removed.Count + Added.Count + Prices.Count == 0;
}
