using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;

namespace LightningOps.Settlements;

/// <summary>Reports one event to a control plane with the matching function.</summary>
internal static class SingleIngest
{
    public static async Task<IngestOutcome> SendAsync(IControlPlane controlPlane, SettlementEvent told, CancellationToken cancellationToken)
    {
        if (told.Report is { } report)
        {
            var settled = await controlPlane.IngestSettlementAsync(report, cancellationToken).ConfigureAwait(false);
            return new IngestOutcome
            {
                Event = told,
                Invoice = settled.Invoice,

                // The answer does not say whether the invoice changed; a first settlement settles it.
                InvoiceChanged = !settled.Existed && settled.Invoice is not null,
                Settlement = settled.Settlement,
                Existed = settled.Existed,

                // The answer contains no payment hash.
                Conflict = settled.Existed ? SettlementRules.FindConflict(settled.Settlement, SettlementRules.GetTerms(told)) : null,
            };
        }

        var update = told.Invoice ?? ToUpdate(told.Record!);
        var answer = await controlPlane.IngestInvoiceAsync(update, cancellationToken).ConfigureAwait(false);
        return new IngestOutcome
        {
            Event = told,
            Invoice = answer.Invoice,
            InvoiceChanged = answer.Changed,
            Conflict = InvoiceRules.FindConflict(answer.Invoice, update),
        };
    }

    /// <summary>The reportable part of a settlement without preimage: its invoice is settled.</summary>
    private static InvoiceUpdate ToUpdate(ExternalSettlement record) => new()
    {
        InvoiceId = record.InvoiceId ?? record.SettlementId,
        PaywallId = record.PaywallId,
        OwnerId = record.OwnerId,
        AmountMsats = record.AmountMsats,
        Status = InvoiceStatus.Settled,
        PaymentHash = record.PaymentHash,
        PaymentProofRef = record.PaymentProofRef,
        RequestId = record.RequestId,
        SettledAtMs = record.SettledAtMs,
    };
}
