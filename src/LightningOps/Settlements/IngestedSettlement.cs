using LightningOps.ControlPlane;
using LightningOps.Paywalls;

namespace LightningOps.Settlements;

/// <summary>A settlement that was ingested; members in the order of vectors/smoke/settlement.json.</summary>
public sealed record IngestedSettlement
{
    /// <summary>Identifier.</summary>
    public required string SettlementId { get; init; }

    /// <summary>Paywall that sold.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Invoice it settles.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>Amount, millisatoshis.</summary>
    public required Msats AmountMsats { get; init; }

    /// <summary>Request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Reference of the proof, never the proof.</summary>
    public required string PaymentProofRef { get; init; }

    /// <summary>Whether it had been recorded before.</summary>
    public required bool Existed { get; init; }

    /// <summary>The settlement an event told of, or null when it told of an invoice only.</summary>
    public static IngestedSettlement? Of(IngestOutcome outcome) => outcome.Settlement is not { } settlement ? null : new()
    {
        SettlementId = settlement.SettlementId,
        PaywallId = settlement.PaywallId,
        OwnerId = settlement.OwnerId,
        InvoiceId = settlement.InvoiceId,
        AmountMsats = settlement.AmountMsats,
        RequestId = settlement.RequestId,
        PaymentProofRef = settlement.PaymentProofRef,
        Existed = outcome.Existed,
    };
}
