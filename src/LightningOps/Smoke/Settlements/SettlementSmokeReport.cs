using System.Collections.Generic;
using System.Linq;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.Reconcile;

namespace LightningOps.Smoke.Settlements;

/// <summary>A Settlement smoke as a report.</summary>
internal static class SettlementSmokeReport
{
    public static RunReport Of(SettlementSmokeResult smoke) => new()
    {
        Title = "Settlement smoke",
        Ok = smoke.Ok,
        Outcome = smoke.Ok
            ? "Invoices and settlements are recorded once, in order, and tied to what was bought."
            : "Invoices and settlements are not recorded as they must be.",
        Facts = [new ReportFact("Events told", ReportText.Value(string.Empty, smoke.Processed))],
        Timeline = [.. smoke.InvoiceTransitions.Select(Transition), .. smoke.Settlements.Select(Settlement)],
        Checks = [ReportCheck.Made("Invoices and settlements follow the rules", smoke.Ok, smoke.FailureReason ?? ReportText.Count(smoke.Processed, "event", "events") + " told")],
        Money = smoke.Settlements
            .Where(static settlement => !settlement.Existed)
            .Select(static settlement => new ReportAmount("Settled", settlement.AmountMsats, settlement.PaywallId) { Reference = settlement.PaymentProofRef, IsPaid = true })
            .ToArray(),
        Failures = smoke.FailureReason is { } reason
            ? [new ReportFailure("settlement_check_failed", reason) { Remedy = "Compare what the control plane holds: Get-L402Settlement, Get-L402Invoice." }]
            : [],
        Summary = smoke,
    };

    private static RunEvent Transition(LightningOps.Settlements.InvoiceTransition invoice) =>
        new(invoice.UpdatedAtMs, "invoice." + EnumName.Of(invoice.Status), invoice.RequestId ?? string.Empty, "ok")
        {
            Details = new Dictionary<string, object> { ["invoiceId"] = invoice.InvoiceId, ["paywallId"] = invoice.PaywallId, ["ownerId"] = invoice.OwnerId },
        };

    private static RunEvent Settlement(LightningOps.Settlements.IngestedSettlement settlement) =>
        new(0, settlement.Existed ? "settlement.seen_before" : "settlement.recorded", settlement.RequestId ?? string.Empty, "ok")
        {
            Details = new Dictionary<string, object>
            {
                ["settlementId"] = settlement.SettlementId,
                ["amountMsats"] = settlement.AmountMsats.Value,
                ["paymentProofRef"] = settlement.PaymentProofRef,
            },
        };
}
