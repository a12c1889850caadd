using System.Collections.Generic;

namespace LightningOps.Smoke.FullFlow;

/// <summary>The settlements of a full flow.</summary>
public sealed record FullFlowSettlements
{
    /// <summary>Number of events told to the control plane.</summary>
    public required int Processed { get; init; }

    /// <summary>Settlements, one for each report.</summary>
    public required IReadOnlyList<string> SettlementIds { get; init; }

    /// <summary>References of their proofs.</summary>
    public required IReadOnlyList<string> PaymentProofRefs { get; init; }
}
