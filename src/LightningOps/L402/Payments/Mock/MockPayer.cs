using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;

namespace LightningOps.L402.Payments.Mock;

/// <summary>
/// A wallet without money: every payment succeeds at once, named <c>mock_pay_1</c>, <c>mock_pay_2</c> and so on, and the
/// same invoices give the same preimages. It alone takes invoices that are not BOLT 11.
/// </summary>
public sealed class MockPayer : IInvoicePayer
{
    private readonly MockPayerOptions options;
    private readonly Dictionary<string, PaymentResult> paid = new(StringComparer.Ordinal);

    /// <summary>Creates a wallet.</summary>
    /// <param name="options">What it pays with; null for the default.</param>
    public MockPayer(MockPayerOptions? options = null) => this.options = options ?? new MockPayerOptions();

    /// <inheritdoc/>
    public string Name => "mock";

    /// <inheritdoc/>
    public Bolt11Network? Network => null;

    /// <inheritdoc/>
    public bool TakesOnlyBolt11 => false;

    /// <inheritdoc/>
    public bool CanLookUp => true;

    /// <inheritdoc/>
    public Msats FeeLimitFor(Msats amount, Msats left) => 0;

    /// <inheritdoc/>
    public Task<PaymentResult> PayAsync(InvoicePayment payment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (paid)
        {
            return Task.FromResult(
                paid.TryGetValue(payment.Invoice, out var earlier) ? earlier
                : PaymentChecks.Refusal(payment) ?? Pay(payment));
        }
    }

    /// <inheritdoc/>
    public Task<PaymentResult> LookUpAsync(InvoicePayment payment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (paid)
        {
            return Task.FromResult(paid.TryGetValue(payment.Invoice, out var earlier)
                ? earlier
                : PaymentResult.Failed("payment_not_found", "the mock wallet has not paid this invoice"));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    private PaymentResult Pay(InvoicePayment payment)
    {
        if (options.Preimages(payment) is not { } preimage)
        {
            return PaymentResult.Failed("mock_cannot_pay", "the mock wallet pays mock invoices only: it has no money and no preimage of a real one");
        }

        var number = paid.Count + 1;
        var result = PaymentResult.Paid(
            "mock_pay_" + number.ToString(CultureInfo.InvariantCulture),
            payment.Amount ?? payment.MaxAmount,
            preimage,
            options.StartMs + number);
        paid.Add(payment.Invoice, result);
        return result;
    }
}
