using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402;
using LightningOps.L402.Bolt11;

namespace LightningOps.Payments;

/// <summary>
/// A wallet that pays invoices (docs/reference/l402.md#payers). One class per wallet. It makes no spending decisions:
/// the caller has checked the invoice, the limit and the budget.
/// </summary>
public interface IInvoicePayer : IDisposable
{
    /// <summary>Name of the kind of wallet: <c>mock</c>, <c>wallet-executor</c>, <c>lnd</c>, <c>cln</c>, <c>phoenixd</c> or <c>simulated</c>.</summary>
    string Name { get; }

    /// <summary>Network the wallet pays on; null if it is not known before a payment.</summary>
    Bolt11Network? Network { get; }

    /// <summary>Whether it accepts only valid BOLT 11. Only the mock wallet accepts anything.</summary>
    bool RequiresBolt11 { get; }

    /// <summary>Whether <see cref="GetPaymentAsync" /> never starts a payment.</summary>
    bool CanLookUp { get; }

    /// <summary>Maximum routing cost for an amount, reserved before the payment; zero if the wallet's user pays no fees.</summary>
    /// <param name="amount">Amount to pay.</param>
    /// <param name="left">Maximum additional cost; a wallet with a fee limit uses no more than this.</param>
    Msats FeeLimitFor(Msats amount, Msats left);

    /// <summary>Pays an invoice. A repeated call for the same invoice must not pay a second time.</summary>
    /// <param name="payment">The payment with its maximum amount.</param>
    /// <param name="cancellationToken">Ends the wait; a payment under way may still settle.</param>
    /// <returns>The outcome; <see cref="PaymentState.Pending" /> whenever it is not known whether money moved: a lost
    /// connection, a time limit, a server error after the request was sent.</returns>
    Task<PaymentResult> PayAsync(InvoicePayment payment, CancellationToken cancellationToken);

    /// <summary>Gets the outcome of an earlier payment of this invoice, without starting one if the wallet supports that.</summary>
    /// <param name="payment">The payment as first requested; an unsent one is used to find an older payment.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The state; <see cref="PaymentState.Pending" /> when it is not known, and <see
    /// cref="PaymentState.Failed" /> only when the sent payment can no longer settle.</returns>
    Task<PaymentResult> GetPaymentAsync(InvoicePayment payment, CancellationToken cancellationToken);
}

/// <summary>An invoice to be paid.</summary>
public sealed record InvoicePayment
{
    /// <summary>Request of the payment; the same for every attempt.</summary>
    public required string RequestId { get; init; }

    /// <summary>The invoice as received.</summary>
    public required string Invoice { get; init; }

    /// <summary>SHA-256 of its preimage; null for a mock invoice that is not BOLT 11.</summary>
    public PaymentHash? PaymentHash { get; init; }

    /// <summary>Amount of the invoice in millisatoshis; null if the invoice has no amount, then <see cref="MaxAmount"/> applies.</summary>
    public Msats? Amount { get; init; }

    /// <summary>Maximum amount in millisatoshis, without fees.</summary>
    public required Msats MaxAmount { get; init; }

    /// <summary>Maximum routing fee in millisatoshis; null for the default of the wallet.</summary>
    public Msats? FeeLimit { get; init; }

    /// <summary>When it was first sent to the wallet, recorded before sending; null if it was not sent yet.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Whether the wallet has reported it. From then on an unknown payment is not a failure.</summary>
    public bool WasSeen { get; init; }

    /// <summary>
    /// Called as soon as the wallet reports the payment as under way, before its outcome is awaited, so that a caller
    /// that stops waiting knows it. Null if not needed.
    /// </summary>
    public Func<Task>? WhenSeen { get; init; }

    /// <summary>When the seller stops accepting the payment, even if the invoice can be paid for longer; null if that is the same. A wallet with a time limit stops trying then.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Identity of its node; null if unknown.</summary>
    public string? Node { get; init; }

    /// <summary>
    /// The wallet's id of a payment of the invoice that had failed before this one was sent; it does not describe
    /// this payment.
    /// </summary>
    public string? EarlierPaymentId { get; init; }

    /// <summary>Host of the seller, with the port unless it is the scheme's default.</summary>
    public required string Host { get; init; }

    /// <summary>The request and the amount; the invoice is not repeated.</summary>
    public override string ToString() => "payment " + RequestId + " of at most " + MaxAmount + " msat to " + Host;
}

/// <summary>Outcome of a payment, as reported by the wallet; the caller checks that the preimage matches the invoice.</summary>
public sealed record PaymentResult
{
    /// <summary>Its state.</summary>
    public required PaymentState State { get; init; }

    /// <summary>Payment id of the wallet, or null.</summary>
    public string? PaymentId { get; init; }

    /// <summary>Amount paid in millisatoshis, without fees; null if not reported.</summary>
    public Msats? Amount { get; init; }

    /// <summary>Routing fee in millisatoshis; null if not reported.</summary>
    public Msats? Fee { get; init; }

    /// <summary>The proof; set when <see cref="PaymentState.Paid" />.</summary>
    public Preimage? Preimage { get; init; }

    /// <summary>Time of payment, Unix milliseconds; null if not reported.</summary>
    public long? PaidAtMs { get; init; }

    /// <summary>The wallet's code of a failure or of a pending state, for example <c>policy_denied</c> or <c>payment_pending</c>.</summary>
    public string? Code { get; init; }

    /// <summary>Message of the wallet, without a secret.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the wallet has recorded the payment; in flight if it is <see cref="PaymentState.Pending" />.</summary>
    public bool IsSeen { get; init; }

    /// <summary>Identity of the node that answered; null if not reported.</summary>
    public string? Node { get; init; }

    /// <summary>Whether the wallet is a node whose identity the credential may not read.</summary>
    public bool IsNodeHidden { get; init; }

    /// <summary>Paid, with its proof.</summary>
    public static PaymentResult Paid(string? paymentId, Msats? amount, Preimage preimage, long? paidAtMs = null) =>
        new() { State = PaymentState.Paid, IsSeen = true, PaymentId = paymentId, Amount = amount, Preimage = preimage, PaidAtMs = paidAtMs };

    /// <summary>The outcome is unknown, with the reason.</summary>
    public static PaymentResult Pending(string code, string reason) => new() { State = PaymentState.Pending, Code = code, Reason = reason };

    /// <summary>Under way: the wallet has it, and it can still settle.</summary>
    public static PaymentResult InFlight(string reason) => Pending("payment_pending", reason) with { IsSeen = true };

    /// <summary>Not paid, with the reason.</summary>
    public static PaymentResult Failed(string code, string reason) => new() { State = PaymentState.Failed, Code = code, Reason = reason };
}

/// <summary>State of a payment.</summary>
public enum PaymentState
{
    /// <summary>Paid; the preimage is available.</summary>
    Paid,

    /// <summary>The payment may have settled or may still settle; check again before paying anything else.</summary>
    Pending,

    /// <summary>Certainly not paid, and this attempt cannot settle later.</summary>
    Failed,
}

/// <summary>Checks of every wallet before it is called.</summary>
internal static class PaymentChecks
{
    /// <summary>Refuses a payment above its own cap, or of zero; null when it may be tried.</summary>
    public static PaymentResult? Refusal(InvoicePayment payment) =>
        payment.MaxAmount <= 0 || payment.Amount is { Value: <= 0 }
            ? PaymentResult.Failed("amount_invalid", "the amount is not positive")
        : payment.Amount > payment.MaxAmount
            ? PaymentResult.Failed("amount_over_cap", "the invoice costs " + payment.Amount + " msat, the limit is " + payment.MaxAmount + " msat")
        : null;

    /// <summary>
    /// The look-up of an invoice that this version cannot read. Another version may have paid it, so it is not a
    /// failure.
    /// </summary>
    public static PaymentResult UnreadableInvoice(InvoicePayment payment, L402Error error) => payment.StartedAt is null && !payment.WasSeen
        ? PaymentResult.Failed(error.Code, error.Reason)
        : PaymentResult.Pending(error.Code, "the invoice was sent to the wallet, but cannot be read: " + error.Reason);

    /// <summary>A wallet with an invalid setting. Nothing was sent.</summary>
    public static PaymentResult Misconfigured(ConfigException failure) => PaymentResult.Failed("config_error", failure.Message);
}
