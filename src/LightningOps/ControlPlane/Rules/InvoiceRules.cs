namespace LightningOps.ControlPlane.Rules;

/// <summary>How late, repeated or unordered reports about one invoice become its state (docs/reference/control-plane.md#store-rules).</summary>
internal static class InvoiceRules
{
    /// <summary>The invoice after <paramref name="update"/>; the known object when nothing changed.</summary>
    public static InvoiceIngestResult Apply(Invoice? known, InvoiceUpdate update, long nowMs)
    {
        var next = known is null ? Create(update, nowMs) : Merge(known, update, nowMs);
        return next == known
            ? new InvoiceIngestResult { Changed = false, Invoice = known }
            : new InvoiceIngestResult { Changed = true, Invoice = next with { UpdatedAtMs = nowMs } };
    }

    /// <summary>
    /// The member in which an update contradicts the recorded invoice; null if it repeats or advances it. The amount of
    /// an unpaid invoice may change, and an invoice may be paid with more than was asked.
    /// </summary>
    public static string? FindConflict(Invoice known, InvoiceUpdate update) =>
        known.OwnerId != update.OwnerId ? "ownerId"
        : known.PaywallId != update.PaywallId ? "paywallId"
        : SettlementRules.AreOtherPayments(known.PaymentHash, update.PaymentHash) ? SettlementRules.PaymentHashMember
        : known.Status == InvoiceStatus.Settled && update.Status == InvoiceStatus.Settled && SettlementRules.AreDifferentAmounts(known.AmountMsats, update.AmountMsats) ? "amountMsats"
        : null;

    private static Invoice Create(InvoiceUpdate update, long nowMs) => new()
    {
        InvoiceId = update.InvoiceId,
        PaywallId = update.PaywallId,
        OwnerId = update.OwnerId,
        AmountMsats = update.AmountMsats,
        Status = update.Status,
        PaymentHash = update.PaymentHash,
        PaymentRequest = update.PaymentRequest,
        PaymentProofRef = update.PaymentProofRef,
        RequestId = update.RequestId,
        CreatedAtMs = nowMs,
        UpdatedAtMs = nowMs,
        SettledAtMs = update.Status == InvoiceStatus.Settled ? update.SettledAtMs ?? nowMs : null,
    };

    private static Invoice Merge(Invoice known, InvoiceUpdate update, long nowMs)
    {
        var status = Rank(update.Status) > Rank(known.Status) ? update.Status : known.Status;
        var isLate = known.Status == InvoiceStatus.Settled || Rank(update.Status) < Rank(known.Status);
        return known with
        {
            // A late report fills gaps and changes nothing else.
            AmountMsats = isLate ? known.AmountMsats : update.AmountMsats,
            Status = status,
            PaymentHash = known.PaymentHash ?? update.PaymentHash,
            PaymentRequest = known.PaymentRequest ?? update.PaymentRequest,
            PaymentProofRef = known.PaymentProofRef ?? update.PaymentProofRef,
            RequestId = known.RequestId ?? update.RequestId,
            SettledAtMs = known.SettledAtMs ?? (status == InvoiceStatus.Settled ? update.SettledAtMs ?? nowMs : null),
        };
    }

    // The two final states of an unpaid invoice are reported in any order; the result must not depend on it.
    private static int Rank(InvoiceStatus status) => status switch
    {
        InvoiceStatus.Open => 0,
        InvoiceStatus.Expired => 1,
        InvoiceStatus.Canceled => 2,
        _ => 3,
    };
}
