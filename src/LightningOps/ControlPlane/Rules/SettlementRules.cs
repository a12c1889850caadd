using System.Linq;

namespace LightningOps.ControlPlane.Rules;

/// <summary>What a store makes of a settlement; the preimage goes no further than here (docs/reference/control-plane.md#store-rules).</summary>
internal static class SettlementRules
{
    private const string ProofPrefix = "lightning_preimage:";
    private const int ProofDigits = 24;

    /// <summary>The preimage without the white space around it.</summary>
    /// <exception cref="InvalidPreimageException">It is not lower-case hex, or no longer than the reference, which would then hold all of it.</exception>
    public static string CheckPreimage(SettlementWithProof report)
    {
        var preimage = report.PaymentProofValue.Trim();
        return preimage.Length > ProofDigits && preimage.All(digit => digit is (>= '0' and <= '9') or (>= 'a' and <= 'f'))
            ? preimage
            : throw new InvalidPreimageException(report.SettlementId);
    }

    /// <summary>The settlement that the first event of it describes.</summary>
    /// <exception cref="InvalidPreimageException">Its preimage is not lower-case hex.</exception>
    public static StoredSettlement Create(SettlementEvent told, long nowMs) =>
        told.Report is { } report ? Create(report, nowMs) : Create(told.Record!, nowMs);

    /// <summary>
    /// What a settlement says about the invoice it is linked to: settled. An invoice not heard of yet is made by it,
    /// so that its own reports, arriving later, cannot open it again.
    /// </summary>
    public static InvoiceUpdate? SettledInvoice(StoredSettlement recorded, long? settledAtMs)
    {
        var settlement = recorded.Settlement;
        return settlement.InvoiceId is null ? null : new()
        {
            InvoiceId = settlement.InvoiceId,
            PaywallId = settlement.PaywallId,
            OwnerId = settlement.OwnerId,
            AmountMsats = settlement.AmountMsats,
            Status = InvoiceStatus.Settled,
            PaymentHash = recorded.PaymentHash,
            PaymentProofRef = settlement.PaymentProofRef,
            RequestId = settlement.RequestId,
            SettledAtMs = settledAtMs,
        };
    }

    private static StoredSettlement Create(SettlementWithProof report, long nowMs) => new()
    {
        Settlement = new Settlement
        {
            SettlementId = report.SettlementId,
            PaywallId = report.PaywallId,
            OwnerId = report.OwnerId,
            InvoiceId = report.InvoiceId,
            AmountMsats = report.AmountMsats,
            PaymentProofRef = ProofPrefix + CheckPreimage(report).Substring(0, ProofDigits),
            RequestId = report.RequestId,
            Metadata = report.Metadata,
            CreatedAtMs = nowMs,
        },
        PaymentHash = report.PaymentHash,
        TaskId = report.TaskId,
        RouteId = report.RouteId,
    };

    private static StoredSettlement Create(ExternalSettlement record, long nowMs) => new()
    {
        Settlement = new Settlement
        {
            SettlementId = record.SettlementId,
            PaywallId = record.PaywallId,
            OwnerId = record.OwnerId,
            InvoiceId = record.InvoiceId,
            AmountMsats = record.AmountMsats,
            PaymentProofRef = record.PaymentProofRef,
            RequestId = record.RequestId,
            Metadata = record.Metadata,
            CreatedAtMs = record.SettledAtMs ?? nowMs,
        },
        PaymentHash = record.PaymentHash,
        TaskId = record.TaskId,
        RouteId = record.RouteId,
    };
}
