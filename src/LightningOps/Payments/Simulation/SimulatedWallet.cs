using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402;
using LightningOps.L402.Bolt11;

namespace LightningOps.Payments.Simulation;

/// <summary>The wallet of a <see cref="SimulatedLightningNode" />. It pays only that node's invoices. Thread-safe.</summary>
public sealed class SimulatedWallet : IInvoicePayer
{
    /// <summary>Its name as a payer.</summary>
    internal const string PayerName = "simulated";

    /// <summary>The code for an invoice of another node.</summary>
    internal const string CannotPay = "simulated_cannot_pay";

    private readonly ConcurrentDictionary<string, bool> checks = new(StringComparer.Ordinal);
    private readonly SimulatedLightningNode node;
    private readonly Func<int, byte[]> random;
    private readonly ConcurrentQueue<SimulatedWalletFault> faults = new();
    private readonly ConcurrentDictionary<string, bool> pending = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Msats> paid = new(StringComparer.Ordinal);
    private long spent;

    /// <summary>A wallet.</summary>
    /// <param name="node">The node it pays.</param>
    /// <param name="randomBytes">Returns the requested number of random bytes; null for the system's random source.</param>
    public SimulatedWallet(SimulatedLightningNode node, Func<int, byte[]>? randomBytes = null)
    {
        this.node = node;
        random = randomBytes ?? RandomBytes.Generate;
    }

    /// <inheritdoc/>
    public string Name => PayerName;

    /// <summary>Its name.</summary>
    public override string ToString() => Name;

    /// <inheritdoc/>
    public Bolt11Network? Network => node.Network;

    /// <inheritdoc/>
    public bool RequiresBolt11 => true;

    /// <inheritdoc/>
    public bool CanLookUp => true;

    /// <summary>Clock of its node.</summary>
    internal TimeProvider Time => node.Time;

    /// <summary>Total amount paid, millisatoshis.</summary>
    public long Spent => Interlocked.Read(ref spent);

    /// <summary>Number of paid invoices.</summary>
    public int Payments => paid.Count;

    /// <summary>Notes that an invoice was paid for a check of the operator, so that it is no revenue.</summary>
    internal void NoteCheck(string paymentHash) => checks[paymentHash] = true;

    /// <summary>Whether an invoice was paid for a check of the operator.</summary>
    internal bool IsCheck(string paymentHash) => checks.ContainsKey(paymentHash);

    /// <summary>Makes the next undecided payments fail.</summary>
    public SimulatedWallet Fail(SimulatedWalletFault fault, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            faults.Enqueue(fault);
        }

        return this;
    }

    /// <inheritdoc/>
    public Msats FeeLimitFor(Msats amount, Msats left) => 0;

    /// <inheritdoc/>
    public Task<PaymentResult> PayAsync(InvoicePayment payment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Pay(payment));
    }

    /// <inheritdoc/>
    public Task<PaymentResult> GetPaymentAsync(InvoicePayment payment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(GetPayment(payment));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // It holds nothing.
    }

    private PaymentResult Pay(InvoicePayment payment)
    {
        if (!TryFind(payment, out var invoice, out var failure))
        {
            return failure!;
        }

        if (pending.ContainsKey(invoice!.PaymentHash))
        {
            return StillPending();
        }

        if (invoice.SettledAtMs is null && faults.TryDequeue(out var fault))
        {
            return ApplyFault(fault, invoice);
        }

        return Settle(invoice.Hash);
    }

    private PaymentResult GetPayment(InvoicePayment payment)
    {
        if (!TryFind(payment, out var invoice, out var failure))
        {
            return failure!;
        }

        if (pending.TryRemove(invoice!.PaymentHash, out var succeeds))
        {
            return succeeds ? Settle(invoice.Hash) : PaymentResult.Failed("payment_failed", "no route was found");
        }

        return paid.ContainsKey(invoice.PaymentHash) ? Settle(invoice.Hash) : PaymentResult.Failed("payment_unknown", "the wallet has not paid this invoice");
    }

    private bool TryFind(InvoicePayment payment, out NodeInvoice? invoice, out PaymentResult? failure)
    {
        invoice = Bolt11Invoice.TryParse(payment.Invoice, out var decoded, out _) ? node.Find(decoded.Hash) : null;
        failure = PaymentChecks.Refusal(payment) is { } refusal ? refusal
            : invoice is null || !string.Equals(invoice.PaymentRequest, payment.Invoice, StringComparison.Ordinal) ? PaymentResult.Failed(CannotPay, "the node of the simulated wallet did not create this invoice")
            : invoice.Amount > payment.MaxAmount.Value ? PaymentResult.Failed("amount_over_cap", "the invoice costs more than the limit")
            : null;
        return failure is null;
    }

    private PaymentResult ApplyFault(SimulatedWalletFault fault, NodeInvoice invoice)
    {
        switch (fault)
        {
            case SimulatedWalletFault.Down:
                return PaymentResult.Failed("wallet_unreachable", "the simulated wallet is down");
            case SimulatedWalletFault.WrongPreimage:
                return PaymentResult.Paid(invoice.PaymentHash, invoice.Amount, Preimage.FromBytes(random(Preimage.Size)), Now());
            default:
                pending[invoice.PaymentHash] = fault == SimulatedWalletFault.PendingThenPaid;
                return StillPending();
        }
    }

    private PaymentResult Settle(PaymentHash hash)
    {
        if (node.Settle(hash) is not { } invoice)
        {
            return PaymentResult.Failed("invoice_expired", "the invoice can no longer be paid");
        }

        if (paid.TryAdd(hash.Hex, invoice.Amount))
        {
            Interlocked.Add(ref spent, invoice.Amount);
        }

        return PaymentResult.Paid(hash.Hex, invoice.Amount, invoice.Preimage, invoice.SettledAtMs);
    }

    private static PaymentResult StillPending() => PaymentResult.Pending("payment_pending", "the payment is in flight");

    private long Now() => node.Time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>Fault of a payment of a <see cref="SimulatedWallet" />.</summary>
public enum SimulatedWalletFault
{
    /// <summary>The wallet cannot be reached: nothing is paid.</summary>
    Down,

    /// <summary>The payment is pending; a later look-up finds it paid.</summary>
    PendingThenPaid,

    /// <summary>The payment is pending; a later look-up finds it failed.</summary>
    PendingThenFailed,

    /// <summary>The wallet reports a payment with a wrong preimage; nothing is paid.</summary>
    WrongPreimage,
}
