using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane;
using LightningOps.Settlements;

namespace LightningOps.Smoke.Settlements;

/// <summary>What the Settlement smoke found; members in the order of vectors/smoke/settlement.json.</summary>
public sealed class SettlementSmokeResult : ISmokeResult, IReportable
{
    /// <inheritdoc/>
    public required bool Ok { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string? FailureReason { get; init; }

    /// <summary>Number of events told.</summary>
    public required int Processed { get; init; }

    /// <summary>Changes of invoices, in order.</summary>
    public required IReadOnlyList<InvoiceTransition> InvoiceTransitions { get; init; }

    /// <summary>Settlements, one for each report.</summary>
    public required IReadOnlyList<IngestedSettlement> Settlements { get; init; }

    /// <summary>Their ids.</summary>
    public required IReadOnlyList<string> SettlementIds { get; init; }

    /// <summary>References of their proofs.</summary>
    public required IReadOnlyList<string> PaymentProofRefs { get; init; }

    /// <summary>What ties them to the purchases.</summary>
    public required IReadOnlyList<CorrelationRef> CorrelationRefs { get; init; }

    /// <summary>The result of a run.</summary>
    /// <param name="outcomes">What became of each event.</param>
    /// <param name="failure">The check that does not hold, or null.</param>
    internal static SettlementSmokeResult Of(IReadOnlyList<IngestOutcome> outcomes, string? failure)
    {
        var settlements = outcomes.Select(IngestedSettlement.Of).OfType<IngestedSettlement>().ToArray();
        return new SettlementSmokeResult
        {
            Ok = failure is null,
            FailureReason = failure,
            Processed = outcomes.Count,
            InvoiceTransitions = outcomes.Select(InvoiceTransition.Of).OfType<InvoiceTransition>().ToArray(),
            Settlements = settlements,
            SettlementIds = settlements.Select(static settlement => settlement.SettlementId).ToArray(),
            PaymentProofRefs = settlements.Select(static settlement => settlement.PaymentProofRef).ToArray(),
            CorrelationRefs = outcomes.Select(CorrelationRef.Of).OfType<CorrelationRef>().ToArray(),
        };
    }

    RunReport IReportable.ToReport() => SettlementSmokeReport.Of(this);
}
