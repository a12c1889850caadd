using System.Collections.Generic;

namespace LightningOps.Settlements;

/// <summary>A part of a source, ingested together.</summary>
public sealed class SettlementBatch
{
    /// <summary>The end of every source.</summary>
    public static SettlementBatch End { get; } = new() { Inputs = [], IsLast = true };

    /// <summary>What it holds; may be empty in the middle of a source.</summary>
    public required IReadOnlyList<SettlementInput> Inputs { get; init; }

    /// <summary>Whether nothing follows it.</summary>
    public bool IsLast { get; init; }

    /// <summary>How much of the source is read once it is, in the source's own unit.</summary>
    public long Position { get; init; }

    /// <summary>Where a later run may go on once it is ingested, Unix milliseconds; null for nowhere new.</summary>
    public long? ResumeAtMs { get; init; }
}
