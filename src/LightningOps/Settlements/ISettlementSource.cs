using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Settlements.Sources;

namespace LightningOps.Settlements;

/// <summary>A source of events, in parts.</summary>
public interface ISettlementSource
{
    /// <summary>What it is called in messages.</summary>
    string Name { get; }

    /// <summary>Size of the whole in the unit of <see cref="SettlementBatch.Position"/>, or null when nobody knows.</summary>
    long? Length { get; }

    /// <summary>Reads on; the part before may still be being ingested.</summary>
    /// <param name="most">At most so many inputs.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<SettlementBatch> ReadAsync(int most, CancellationToken cancellationToken);

    /// <summary>Told once a part is ingested, part by part in their order.</summary>
    /// <param name="batch">The part.</param>
    /// <param name="failed">How many of its events the control plane did not take.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task AcknowledgeAsync(SettlementBatch batch, int failed, CancellationToken cancellationToken);
}

/// <summary>A part of a source, ingested together.</summary>
public sealed record SettlementBatch
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

/// <summary>One input of a source: an event, or the reason why it is invalid.</summary>
public readonly record struct SettlementInput
{
    private SettlementInput(long? line, SettlementEvent? told, RejectedEvent? rejection)
    {
        Line = line;
        Event = told;
        Rejection = rejection;
    }

    /// <summary>Line of the file, or place in the pipeline, from 1; null for a gateway's transaction.</summary>
    public long? Line { get; }

    /// <summary>The event, or null.</summary>
    public SettlementEvent? Event { get; }

    /// <summary>The reason if it is invalid, or null.</summary>
    public RejectedEvent? Rejection { get; }

    /// <summary>The input of an event.</summary>
    public static SettlementInput From(SettlementEvent told, long? line = null) => new(line, told ?? throw new ArgumentNullException(nameof(told)), null);

    /// <summary>The input of an invalid event.</summary>
    public static SettlementInput From(RejectedEvent rejection) => new(rejection?.Line, null, rejection ?? throw new ArgumentNullException(nameof(rejection)));

    /// <summary>What one JSON document says; its forms are those of <see cref="JsonLinesSource"/>.</summary>
    /// <param name="json">The document.</param>
    /// <param name="line">Its place, from 1.</param>
    public static SettlementInput Parse(string json, long line) => new SettlementLineReader().Read(Encoding.UTF8.GetBytes(json), line);
}

/// <summary>Links a settlement to the purchase it pays; members in the order of vectors/smoke/settlement.json.</summary>
public sealed record CorrelationRef
{
    /// <summary>The settlement.</summary>
    public required string SettlementId { get; init; }

    /// <summary>Reference of its proof.</summary>
    public required string PaymentProofRef { get; init; }

    /// <summary>Request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Task the purchase belongs to.</summary>
    public string? TaskId { get; init; }

    /// <summary>Route that was bought.</summary>
    public string? RouteId { get; init; }

    /// <summary>The tie of the settlement an event told of, or null when it told of an invoice only.</summary>
    internal static CorrelationRef? From(IngestOutcome outcome) => outcome.Settlement is not { } settlement ? null : new()
    {
        SettlementId = settlement.SettlementId,
        PaymentProofRef = settlement.PaymentProofRef,
        RequestId = settlement.RequestId,
        TaskId = outcome.Event.Report?.TaskId ?? outcome.Event.Record?.TaskId,
        RouteId = outcome.Event.Report?.RouteId ?? outcome.Event.Record?.RouteId,
    };
}
