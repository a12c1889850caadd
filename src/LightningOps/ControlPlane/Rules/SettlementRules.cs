using System.Linq;

namespace LightningOps.ControlPlane.Rules;

/// <summary>
/// How a store records a settlement. The preimage goes no further than this class
/// (docs/reference/control-plane.md#store-rules).
/// </summary>
internal static class SettlementRules
{
    private const string ProofPrefix = PaymentIdentity.PreimagePrefix;
    private const int ProofDigits = PaymentIdentity.Digits;

    /// <summary>The preimage without surrounding white space.</summary>
    /// <exception cref="InvalidPreimageException">The preimage is not lower-case hex, is not longer than its
    /// reference, which would then reveal all of it, or does not match the payment hash.</exception>
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
    /// The member in which a report contradicts the recorded settlement; null when it only repeats it. Under another
    /// id it is the same payment. Gateways round amounts up to satoshis, so only its owner is compared.
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

    /// <summary>
    /// Whether an invoice is recorded with another payment than a report's. Payment hashes decide. Without two of them
    /// the proofs of a settled invoice are compared.
    /// </summary>
    public static bool IsAnotherPayment(Invoice invoice, StoredSettlement reported)
    {
        var (hash, other) = (PaymentHashText.Normalize(invoice.PaymentHash), PaymentHashText.Normalize(reported.PaymentHash));
        return hash is not null && other is not null ? hash != other
            : invoice.Status == InvoiceStatus.Settled && IsProof(invoice.PaymentProofRef) && IsProof(reported.Settlement.PaymentProofRef) && invoice.PaymentProofRef != reported.Settlement.PaymentProofRef;
    }

    /// <summary>The settlement described by its first event.</summary>
    /// <exception cref="InvalidPreimageException">The preimage is not lower-case hex.</exception>
    public static StoredSettlement Create(SettlementEvent told, long nowMs) =>
        told.Report is { } report ? Create(report, nowMs) : Create(told.Record!, nowMs);

    /// <summary>
    /// The update of the linked invoice by a settlement: settled. An unknown invoice is created by it, so that later
    /// reports of its own cannot open it again.
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

    private static bool IsProof(string? reference) =>
        reference is { Length: var length } && length == ProofPrefix.Length + ProofDigits && reference.StartsWith(ProofPrefix, System.StringComparison.Ordinal);

    private static bool AreDifferent(string? one, string? other)
    {
        var (hash, otherHash) = (PaymentHashText.Normalize(one), PaymentHashText.Normalize(other));

        // A name in place of a hash cannot be compared.
        return one is not null && other is not null && (hash is null) == (otherHash is null) && (hash ?? one) != (otherHash ?? other);
    }

    private static StoredSettlement Create(SettlementWithProof report, long nowMs)
    {
        var preimage = CheckPreimage(report);
        var mask = new ProofMask(preimage, report.PaymentHash);
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
                RequestId = mask.Mask(report.RequestId),
                Metadata = mask.Mask(report.Metadata),
                CreatedAtMs = nowMs,
            },
            PaymentHash = PaymentHashText.Normalize(report.PaymentHash) ?? report.PaymentHash ?? PaymentHashText.FromPreimage(preimage),
            TaskId = mask.Mask(report.TaskId),
            RouteId = mask.Mask(report.RouteId),
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
            Metadata = new ProofMask(null, record.PaymentHash).Mask(record.Metadata),
            CreatedAtMs = record.SettledAtMs ?? nowMs,
        },
        PaymentHash = PaymentHashText.Normalize(record.PaymentHash) ?? record.PaymentHash,
        TaskId = record.TaskId,
        RouteId = record.RouteId,
    };
}
