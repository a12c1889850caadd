using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Settlements.Sources;

namespace LightningOps.Settlements;

/// <summary>A source of events, read in parts.</summary>
public interface ISettlementSource
{
    /// <summary>Its name in messages.</summary>
    string Name { get; }

    /// <summary>Total size in the unit of <see cref="SettlementBatch.Position" />, or null when unknown.</summary>
    long? Length { get; }

    /// <summary>Reads the next part; the previous one may still be being ingested.</summary>
    /// <param name="most">Maximum number of inputs.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<SettlementBatch> ReadAsync(int most, CancellationToken cancellationToken);

    /// <summary>Called once a part is ingested, in the order of the parts.</summary>
    /// <param name="batch">The part.</param>
    /// <param name="failed">Number of its events that the control plane did not accept.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task AcknowledgeAsync(SettlementBatch batch, int failed, CancellationToken cancellationToken);
}

/// <summary>A part of a source, ingested together.</summary>
public sealed record SettlementBatch
{
    /// <summary>The end of every source.</summary>
    public static SettlementBatch End { get; } = new() { Inputs = [], IsLast = true };

    /// <summary>Its inputs; may be empty in the middle of a source.</summary>
    public required IReadOnlyList<SettlementInput> Inputs { get; init; }

    /// <summary>Whether it is the last part.</summary>
    public bool IsLast { get; init; }

    /// <summary>Amount of the source read after this part, in the source's own unit.</summary>
    public long Position { get; init; }

    /// <summary>Where a later run may resume once it is ingested, Unix milliseconds; null for no change.</summary>
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

    /// <summary>Line of the file, or position in the pipeline, from 1; null for a gateway's transaction.</summary>
    public long? Line { get; }

    /// <summary>The event, or null.</summary>
    public SettlementEvent? Event { get; }

    /// <summary>The reason if it is invalid, or null.</summary>
    public RejectedEvent? Rejection { get; }

    /// <summary>The input of an event.</summary>
    public static SettlementInput From(SettlementEvent told, long? line = null) => new(line, told ?? throw new ArgumentNullException(nameof(told)), null);

    /// <summary>The input of an invalid event.</summary>
    public static SettlementInput From(RejectedEvent rejection) => new(rejection?.Line, null, rejection ?? throw new ArgumentNullException(nameof(rejection)));

    /// <summary>The input of one JSON document; its forms are those of <see cref="JsonLinesSource" />.</summary>
    /// <param name="json">The document.</param>
    /// <param name="line">Its position, from 1.</param>
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

    /// <summary>Task of the purchase.</summary>
    public string? TaskId { get; init; }

    /// <summary>Route bought.</summary>
    public string? RouteId { get; init; }

    /// <summary>The link of the settlement of an event, or null for an event of an invoice only.</summary>
    internal static CorrelationRef? From(IngestOutcome outcome) => outcome.Settlement is not { } settlement ? null : new()
    {
        SettlementId = settlement.SettlementId,
        PaymentProofRef = settlement.PaymentProofRef,
        RequestId = settlement.RequestId,
        TaskId = outcome.Event.Report?.TaskId ?? outcome.Event.Record?.TaskId,
        RouteId = outcome.Event.Report?.RouteId ?? outcome.Event.Record?.RouteId,
    };
}
