using System;
using System.Collections.Generic;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402;
using LightningOps.L402.Bolt11;

namespace LightningOps.Payments;

/// <summary>
/// A wallet without money: every payment succeeds at once, named <c>mock_pay_1</c>, <c>mock_pay_2</c> and so on, and
/// the same invoices give the same preimages. Only this wallet accepts invoices that are not BOLT 11.
/// </summary>
internal sealed class MockPayer : IInvoicePayer
{
    /// <summary>Its name as a payer.</summary>
    internal const string PayerName = "mock";

    private readonly MockPayerOptions options;
    private readonly Dictionary<string, PaymentResult> paid = new(StringComparer.Ordinal);

    /// <summary>Creates a wallet.</summary>
    /// <param name="options">Source of preimages; null for the default.</param>
    public MockPayer(MockPayerOptions? options = null) => this.options = options ?? new MockPayerOptions();

    /// <inheritdoc/>
    public string Name => PayerName;

    /// <inheritdoc/>
    public Bolt11Network? Network => null;

    /// <inheritdoc/>
    public bool RequiresBolt11 => false;

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
    public Task<PaymentResult> GetPaymentAsync(InvoicePayment payment, CancellationToken cancellationToken)
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
    }

    private PaymentResult Pay(InvoicePayment payment)
    {
        if (options.Preimages(payment) is not { } preimage)
        {
            return PaymentResult.Failed("mock_cannot_pay", "the mock wallet pays only mock invoices");
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

/// <summary>Source of the preimages of the mock wallet.</summary>
public sealed record MockPayerOptions
{
    /// <summary>
    /// Returns the preimage of an invoice, or null if it cannot be paid. The default is <see cref="Deterministic" />
    /// for an invoice that is not BOLT 11; the preimage of a real one is not known.
    /// </summary>
    public Func<InvoicePayment, Preimage?> Preimages { get; init; } =
        payment => payment.PaymentHash is null ? Deterministic("mock:", payment.Invoice) : null;

    /// <summary>Time of the payment before the first, Unix milliseconds; each is one later.</summary>
    public long StartMs { get; init; } = 1_736_000_000_000;

    /// <summary>The preimage of a mock invoice: the SHA-256 of the two texts together, in UTF-8.</summary>
    /// <param name="prefix">Distinguishes sets of fixtures, for example <c>ep212:</c>.</param>
    /// <param name="invoice">The mock invoice.</param>
    public static Preimage Deterministic(string prefix, string invoice)
    {
        using var sha = SHA256.Create();
        return Preimage.FromBytes(sha.ComputeHash(Encoding.UTF8.GetBytes(prefix + invoice)));
    }
}
