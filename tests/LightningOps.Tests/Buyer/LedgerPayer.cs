using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402.Bolt11;
using LightningOps.Payments;

namespace LightningOps.Tests.Buyer;

/// <summary>A wallet on a <see cref="Ledger"/>, which behaves unless it is told to do something else.</summary>
internal sealed class LedgerPayer(Ledger ledger) : IInvoicePayer
{
    private int calls;

    public string Name { get; set; } = "ledger";

    public Bolt11Network? Network { get; set; }

    public bool RequiresBolt11 { get; set; } = true;

    public bool CanLookUp { get; set; } = true;

    /// <summary>The most it pays for routing.</summary>
    public long FeeLimit { get; set; }

    /// <summary>What routing costs: as much as it may, or what the wallet says; null where it does not tell.</summary>
    public Func<InvoicePayment, long?> Fee { get; set; } = payment => payment.FeeLimit?.Value ?? 0;

    /// <summary>Times it was asked to pay.</summary>
    public int Calls => calls;

    /// <summary>The last payment it was asked for.</summary>
    public InvoicePayment? Last { get; private set; }

    /// <summary>What it does instead of paying.</summary>
    public Func<InvoicePayment, CancellationToken, Task<PaymentResult>>? OnPay { get; set; }

    /// <summary>What it does instead of looking before anything is sent.</summary>
    public Func<InvoicePayment, CancellationToken, Task<PaymentResult>>? OnLookBefore { get; set; }

    /// <summary>What it does instead of looking for what was sent.</summary>
    public Func<InvoicePayment, CancellationToken, Task<PaymentResult>>? OnLookUp { get; set; }

    public Msats FeeLimitFor(Msats amount, Msats left) => Math.Max(0, Math.Min(FeeLimit, left));

    public async Task<PaymentResult> PayAsync(InvoicePayment payment, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref calls);
        Last = payment;
        return OnPay is { } script ? await script(payment, cancellationToken) : Pay(payment);
    }

    public async Task<PaymentResult> GetPaymentAsync(InvoicePayment payment, CancellationToken cancellationToken) =>
        (payment.StartedAt is null ? OnLookBefore : OnLookUp) is { } script ? await script(payment, cancellationToken) : LookUp(payment);

    /// <summary>Pays and tells.</summary>
    public PaymentResult Pay(InvoicePayment payment) =>
        PaymentResult.Paid("pay_" + ledger.Payments, payment.Amount ?? payment.MaxAmount, ledger.Pay(payment.Invoice, payment.MaxAmount)) with { Fee = Fee(payment) is { } fee ? new Msats(fee) : null };

    public PaymentResult LookUp(InvoicePayment payment) => ledger.IsPaid(payment.Invoice)
        ? PaymentResult.Paid("pay_found", payment.Amount, ledger.GetPreimage(payment.Invoice)) with { Fee = Fee(payment) is { } fee ? new Msats(fee) : null }
        : PaymentResult.Failed("not_found", "no such payment");

    public void Dispose()
    {
    }
}
