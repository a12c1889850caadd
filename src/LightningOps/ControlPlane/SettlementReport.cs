using LightningOps.Paywalls;

namespace LightningOps.ControlPlane;

/// <summary>What lightning/settlements:ingestSettlement takes.</summary>
public sealed record SettlementReport
{
    /// <summary>Identifier; a second report with the same one changes nothing.</summary>
    public required string SettlementId { get; init; }

    /// <summary>Paywall that sold.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Invoice it settles.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>Amount, millisatoshis.</summary>
    public required Msats AmountMsats { get; init; }

    /// <summary>Payment hash, hex.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>The preimage, lower-case hex. A secret: sent to a hosted control plane, never stored or printed.</summary>
    public required string PaymentProofValue { get; init; }

    /// <summary>Request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Task the purchase belongs to.</summary>
    public string? TaskId { get; init; }

    /// <summary>Route that was bought.</summary>
    public string? RouteId { get; init; }

    /// <summary>A JSON object.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>The settlement's id; the preimage is left out.</summary>
    public override string ToString() => "SettlementReport " + SettlementId;
}
