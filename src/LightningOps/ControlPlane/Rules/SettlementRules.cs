using System.Linq;

namespace LightningOps.ControlPlane.Rules;

/// <summary>What a store makes of a settlement; the preimage goes no further than here (docs/reference/control-plane.md#store-rules).</summary>
internal static class SettlementRules
{
    private const string ProofPrefix = "lightning_preimage:";
    private const int ProofDigits = 24;

    /// <summary>The preimage without the white space around it.</summary>
    /// <exception cref="InvalidPreimageException">It is not lower-case hex, or no longer than the reference, which would then hold all of it, or it is not the preimage of the payment hash.</exception>
    public static string CheckPreimage(SettlementWithProof report)
    {
        if (report.Checked is { } known && ReferenceEquals(known.Preimage, report.PaymentProofValue) && ReferenceEquals(known.Hash, report.PaymentHash))
        {
            return known.Preimage;
        }

        var preimage = report.PaymentProofValue.Trim();
        if (preimage.Length <= ProofDigits || !preimage.All(digit => digit is (>= '0' and <= '9') or (>= 'a' and <= 'f')))
        {
            throw new InvalidPreimageException(report.SettlementId);
        }

        return PaymentHashText.Normalize(report.PaymentHash) is { } hash && hash != PaymentHashText.FromPreimage(preimage)
            ? throw InvalidPreimageException.ForAnotherHash(report.SettlementId)
            : preimage;
    }

    /// <summary>
    /// The member in which a report contradicts the settlement that is recorded; null when it only repeats it. Under another
    /// id it is the same payment: gateways round amounts up to satoshis, so only its owner is compared.
    /// </summary>
    public static string? FindConflict(StoredSettlement recorded, StoredSettlement reported)
    {
        var (known, other) = (recorded.Settlement, reported.Settlement);
        return known.OwnerId != other.OwnerId ? "ownerId"
            : known.SettlementId != other.SettlementId ? null
            : known.AmountMsats != other.AmountMsats ? "amountMsats"
            : AreDifferent(recorded.PaymentHash, reported.PaymentHash) ? "paymentHash"
            : null;
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

    private static bool AreDifferent(string? one, string? other)
    {
        var (hash, otherHash) = (PaymentHashText.Normalize(one), PaymentHashText.Normalize(other));

        // A name in place of a hash says nothing about one.
        return one is not null && other is not null && (hash is null) == (otherHash is null) && (hash ?? one) != (otherHash ?? other);
    }

    private static StoredSettlement Create(SettlementWithProof report, long nowMs)
    {
        var preimage = CheckPreimage(report);
        return new()
        {
            Settlement = new Settlement
            {
                SettlementId = report.SettlementId,
                PaywallId = report.PaywallId,
                OwnerId = report.OwnerId,
                InvoiceId = report.InvoiceId,
                AmountMsats = report.AmountMsats,
                PaymentProofRef = ProofPrefix + preimage.Substring(0, ProofDigits),
                RequestId = report.RequestId,
                Metadata = report.Metadata,
                CreatedAtMs = nowMs,
            },
            PaymentHash = PaymentHashText.Normalize(report.PaymentHash) ?? report.PaymentHash ?? PaymentHashText.FromPreimage(preimage),
            TaskId = report.TaskId,
            RouteId = report.RouteId,
        };
    }

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
        PaymentHash = PaymentHashText.Normalize(record.PaymentHash) ?? record.PaymentHash,
        TaskId = record.TaskId,
        RouteId = record.RouteId,
    };
}
