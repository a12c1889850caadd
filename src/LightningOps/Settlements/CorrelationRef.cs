using LightningOps.ControlPlane;

namespace LightningOps.Settlements;

/// <summary>What ties a settlement to the purchase it pays; members in the order of vectors/smoke/settlement.json.</summary>
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
    internal static CorrelationRef? Of(IngestOutcome outcome) => outcome.Settlement is not { } settlement ? null : new()
    {
        SettlementId = settlement.SettlementId,
        PaymentProofRef = settlement.PaymentProofRef,
        RequestId = settlement.RequestId,
        TaskId = outcome.Event.Report?.TaskId ?? outcome.Event.Record?.TaskId,
        RouteId = outcome.Event.Report?.RouteId ?? outcome.Event.Record?.RouteId,
    };
}
