namespace LightningOps.Settlements;

/// <summary>An event that was not ingested: bad input, or a call that failed. Nothing of it is secret.</summary>
public sealed record RejectedEvent
{
    /// <summary>Line of the file, or place in the pipeline, from 1; null for a gateway's transaction.</summary>
    public long? Line { get; init; }

    /// <summary>The settlement, invoice or transaction, where it could be read.</summary>
    public string? Id { get; init; }

    /// <summary>Stable code, for example <c>ControlPlaneDecodeError</c>, <c>invalid_preimage</c> or <c>unknown_service</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Reason { get; init; }

    /// <summary>What the operator can do.</summary>
    public required string Remedy { get; init; }

    /// <summary>Where and why.</summary>
    public override string ToString() =>
        (Line is { } line ? System.FormattableString.Invariant($"line {line}") : Id ?? "event")
        + (Line is not null && Id is not null ? " (" + Id + ")" : string.Empty)
        + ": " + Reason;
}
