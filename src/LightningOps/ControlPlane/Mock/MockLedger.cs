using System;
using System.Collections.Generic;
using LightningOps.ControlPlane.Rules;

namespace LightningOps.ControlPlane.Mock;

/// <summary>Invoices and settlements in memory.</summary>
internal sealed class MockLedger : ILedgerStorage, ILedgerReader
{
    private readonly Dictionary<string, Invoice> invoices = new(StringComparer.Ordinal);
    private readonly List<string> invoiceOrder = [];
    private readonly Dictionary<string, StoredSettlement> settlements = new(StringComparer.Ordinal);
    private readonly PaymentIndex<StoredSettlement> payments = new();
    private readonly List<StoredSettlement> settlementOrder = [];

    /// <summary>Settlements, newest record first.</summary>
    public IEnumerable<StoredSettlement> Settlements
    {
        get
        {
            for (var i = settlementOrder.Count - 1; i >= 0; i--)
            {
                yield return settlementOrder[i];
            }
        }
    }

    /// <summary>Invoices, newest first record first.</summary>
    public IEnumerable<Invoice> Invoices
    {
        get
        {
            for (var i = invoiceOrder.Count - 1; i >= 0; i--)
            {
                yield return invoices[invoiceOrder[i]];
            }
        }
    }

    public Invoice? FindInvoice(string invoiceId) => invoices.TryGetValue(invoiceId, out var invoice) ? invoice : null;

    public void Put(Invoice invoice)
    {
        if (!invoices.ContainsKey(invoice.InvoiceId))
        {
            invoiceOrder.Add(invoice.InvoiceId);
        }

        invoices[invoice.InvoiceId] = invoice;
    }

    public StoredSettlement? FindSettlement(string settlementId, PaymentIdentity payment) =>
        settlements.TryGetValue(settlementId, out var known) ? known : payments.Find(payment);

    public StoredSettlement? Find(StoredSettlement reported) =>
        FindSettlement(reported.Settlement.SettlementId, PaymentIdentity.From(reported));

    public StoredSettlement? FindOrAdd(StoredSettlement reported)
    {
        var payment = PaymentIdentity.From(reported);
        if (FindSettlement(reported.Settlement.SettlementId, payment) is { } known)
        {
            return known;
        }

        payments.Add(payment, reported);
        settlements.Add(reported.Settlement.SettlementId, reported);
        settlementOrder.Add(reported);
        return null;
    }
}
