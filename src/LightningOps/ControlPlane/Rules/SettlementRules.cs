using System;
using System.Linq;

namespace LightningOps.ControlPlane.Rules;

/// <summary>
/// How a store records a settlement. The preimage goes no further than this class
/// (docs/reference/control-plane.md#store-rules).
/// </summary>
internal static class SettlementRules
{
    /// <summary>The member that a conflict of payments is reported with.</summary>
    public const string PaymentHashMember = "paymentHash";

    private const string ProofPrefix = PaymentIdentity.PreimagePrefix;
    private const int ProofDigits = PaymentIdentity.Digits;

    // The preimage of a Lightning payment has 32 bytes (BOLT 4).
    private const int PreimageDigits = 64;

    /// <summary>The preimage without surrounding white space.</summary>
    /// <exception cref="InvalidPreimageException">The preimage is not 64 lower-case hexadecimal digits, or does not
    /// match the payment hash.</exception>
    public static string CheckPreimage(SettlementWithProof report)
    {
        if (report.Checked is { } known && ReferenceEquals(known.Preimage, report.PaymentProofValue) && ReferenceEquals(known.Hash, report.PaymentHash))
        {
            return known.Preimage;
        }

        var preimage = report.PaymentProofValue.Trim();
        if (preimage.Length != PreimageDigits || !preimage.All(digit => digit is (>= '0' and <= '9') or (>= 'a' and <= 'f')))
        {
            throw new InvalidPreimageException(report.SettlementId);
        }

        return PaymentHashText.Normalize(report.PaymentHash) is { } hash && hash != PaymentHashText.FromPreimage(preimage)
            ? throw InvalidPreimageException.ForAnotherHash(report.SettlementId)
            : preimage;
    }

    /// <summary>
    /// The member in which a report contradicts the recorded settlement; null when it only repeats it. Under another
    /// id it is the same payment, so its hash is not compared.
    /// </summary>
    public static string? FindConflict(StoredSettlement recorded, StoredSettlement reported) =>
        FindConflict(recorded.Settlement, reported.Settlement)
            ?? (recorded.Settlement.SettlementId == reported.Settlement.SettlementId && AreDifferent(recorded.PaymentHash, reported.PaymentHash) ? PaymentHashMember : null);

    /// <summary>Like the other method, for records without a payment hash.</summary>
    public static string? FindConflict(Settlement recorded, Settlement reported) =>
        recorded.OwnerId != reported.OwnerId ? "ownerId"
        : recorded.PaywallId != reported.PaywallId ? "paywallId"
        : recorded.SettlementId == reported.SettlementId ? (recorded.AmountMsats == reported.AmountMsats ? null : "amountMsats")
        : AreDifferentAmounts(recorded.AmountMsats, reported.AmountMsats) ? "amountMsats"
        : null;

    /// <summary>What a report states of a settlement, to compare it; without its proof.</summary>
    public static Settlement GetTerms(SettlementEvent told) => told.Report is { } report
        ? new() { SettlementId = report.SettlementId, PaywallId = report.PaywallId, OwnerId = report.OwnerId, AmountMsats = report.AmountMsats, PaymentProofRef = string.Empty }
        : new() { SettlementId = told.Record!.SettlementId, PaywallId = told.Record.PaywallId, OwnerId = told.Record.OwnerId, AmountMsats = told.Record.AmountMsats, PaymentProofRef = string.Empty };

    /// <summary>Whether two sources state different amounts of one payment. A gateway lists whole satoshis, so one of the two may be rounded.</summary>
    public static bool AreDifferentAmounts(long msats, long other) =>
        msats != other && (Math.Abs(msats - other) >= Msats.PerSatoshi || (msats % Msats.PerSatoshi != 0 && other % Msats.PerSatoshi != 0));

    /// <summary>The member in which a report contradicts its recorded invoice, or null. An invoice may be paid with another amount.</summary>
    public static string? FindConflict(Invoice invoice, StoredSettlement reported) =>
        IsAnotherPayment(invoice, reported) ? PaymentHashMember
        : invoice.OwnerId != reported.Settlement.OwnerId ? "ownerId"
        : invoice.PaywallId != reported.Settlement.PaywallId ? "paywallId"
        : null;

    /// <summary>The settlement described by its first event.</summary>
    /// <param name="told">The event.</param>
    /// <param name="paidAtMs">Time of the payment, or of the report if that is not known; Unix milliseconds.</param>
    /// <exception cref="InvalidPreimageException">The preimage is invalid.</exception>
    public static StoredSettlement Create(SettlementEvent told, long paidAtMs) =>
        told.Report is { } report ? Create(report, paidAtMs) : Create(told.Record!, paidAtMs);

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

    /// <summary>Whether two payment hashes are known and different. A name in place of a hash proves nothing and is not compared.</summary>
    public static bool AreOtherPayments(string? one, string? other) =>
        PaymentHashText.Normalize(one) is { } hash && PaymentHashText.Normalize(other) is { } otherHash && hash != otherHash;

    private static bool AreDifferent(string? one, string? other)
    {
        var (hash, otherHash) = (PaymentHashText.Normalize(one), PaymentHashText.Normalize(other));

        // A name in place of a hash cannot be compared.
        return one is not null && other is not null && (hash is null) == (otherHash is null) && (hash ?? one) != (otherHash ?? other);
    }

    // Payment hashes decide. Without two of them the proofs of a settled invoice are compared.
    private static bool IsAnotherPayment(Invoice invoice, StoredSettlement reported) =>
        PaymentHashText.Normalize(invoice.PaymentHash) is { } hash && PaymentHashText.Normalize(reported.PaymentHash) is { } other ? hash != other
            : invoice.Status == InvoiceStatus.Settled && IsProof(invoice.PaymentProofRef) && IsProof(reported.Settlement.PaymentProofRef) && invoice.PaymentProofRef != reported.Settlement.PaymentProofRef;

    private static bool IsProof(string? reference) =>
        reference is { Length: var length } && length == ProofPrefix.Length + ProofDigits && reference.StartsWith(ProofPrefix, StringComparison.Ordinal);

    private static StoredSettlement Create(SettlementWithProof report, long paidAtMs)
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
                CreatedAtMs = paidAtMs,
            },
            PaymentHash = PaymentHashText.Normalize(report.PaymentHash) ?? report.PaymentHash ?? PaymentHashText.FromPreimage(preimage),
            TaskId = mask.Mask(report.TaskId),
            RouteId = mask.Mask(report.RouteId),
        };
    }

    private static StoredSettlement Create(ExternalSettlement record, long paidAtMs) => new()
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
            CreatedAtMs = paidAtMs,
        },
        PaymentHash = PaymentHashText.Normalize(record.PaymentHash) ?? record.PaymentHash,
        TaskId = record.TaskId,
        RouteId = record.RouteId,
    };
}
