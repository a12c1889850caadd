using System.Collections.Generic;
using LightningOps.ControlPlane;

namespace LightningOps.Smoke.Settlements;

/// <summary>What the answers to the five events must say.</summary>
internal static class SettlementSmokeChecks
{
    private static readonly string ProofRef = "lightning_preimage:" + new string('a', 24);

    /// <summary>The first check that does not hold, in a few words; null when all of them do.</summary>
    /// <param name="outcomes">The outcomes in the order of the events.</param>
    /// <param name="mustBeNew">Whether the ids were never used before; the recorded ones may have been.</param>
    public static string? FirstFailure(IReadOnlyList<IngestOutcome> outcomes, bool mustBeNew)
    {
        var (opened, settled, duplicate, late, expired) = (outcomes[0], outcomes[1], outcomes[2], outcomes[3], outcomes[4]);
        var invoiceId = opened.Event.InvoiceId;
        return mustBeNew && (opened is not { InvoiceChanged: true, Invoice.Status: InvoiceStatus.Open } || settled.Existed)
                ? "the invoice of this run was not new."
            : opened.Invoice?.Status is not (InvoiceStatus.Open or InvoiceStatus.Settled) ? "the invoice was not opened."
            : settled.Settlement?.PaymentProofRef != ProofRef ? "the settlement does not refer to its preimage."
            : settled.Settlement.InvoiceId != invoiceId ? "the settlement is not linked to its invoice."
            : !IsSettled(settled, invoiceId) ? "the settlement did not settle its invoice."
            : !duplicate.Existed || duplicate.Settlement != settled.Settlement ? "a settlement reported twice was recorded twice."
            : !IsSettled(late, invoiceId) || late.InvoiceChanged ? "a late report opened a settled invoice again."
            : expired.Invoice?.Status != InvoiceStatus.Expired ? "an invoice did not expire."
            : null;
    }

    private static bool IsSettled(IngestOutcome outcome, string? invoiceId) =>
        outcome.Invoice is { Status: InvoiceStatus.Settled } invoice && invoice.InvoiceId == invoiceId;
}
