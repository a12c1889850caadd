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

    /// <summary>Network the wallet pays on; null where it cannot be told before a payment.</summary>
    Bolt11Network? Network { get; }

    /// <summary>Whether it takes only what decodes as BOLT 11; the mock wallet alone takes anything.</summary>
    bool RequiresBolt11 { get; }

    /// <summary>Whether <see cref="GetPaymentAsync"/> never begins a payment.</summary>
    bool CanLookUp { get; }

    /// <summary>The most that routing may cost beside an amount, set aside before the payment; zero where its user pays no fees.</summary>
    /// <param name="amount">What is to be paid.</param>
    /// <param name="left">What may be spent beside it: a wallet that takes a limit takes no more than this one.</param>
    Msats FeeLimitFor(Msats amount, Msats left);

    /// <summary>Pays an invoice. Called again for the same invoice it must not pay a second time.</summary>
    /// <param name="payment">What to pay, and how much at most.</param>
    /// <param name="cancellationToken">Ends the wait; a payment under way may still settle.</param>
    /// <returns>
    /// How it ended; <see cref="PaymentState.Pending"/> whenever it cannot be told whether money moved: a lost connection,
    /// a time limit, a server error after the request was sent.
    /// </returns>
    Task<PaymentResult> PayAsync(InvoicePayment payment, CancellationToken cancellationToken);

    /// <summary>Looks how an earlier payment of this invoice ended, without beginning one where the wallet has a way to.</summary>
    /// <param name="payment">The payment as it was first asked for; one that was not sent yet is asked for to find an older one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// How it stands; <see cref="PaymentState.Pending"/> when that cannot be told, and <see cref="PaymentState.Failed"/> only
    /// when what was sent can no longer be paid.
    /// </returns>
    Task<PaymentResult> GetPaymentAsync(InvoicePayment payment, CancellationToken cancellationToken);
}

/// <summary>An invoice to be paid.</summary>
public sealed record InvoicePayment
{
    /// <summary>Request the payment belongs to; the same for every try of the same payment.</summary>
    public required string RequestId { get; init; }

    /// <summary>The invoice as received.</summary>
    public required string Invoice { get; init; }

    /// <summary>SHA-256 of the preimage it gives; null for a mock invoice that is not BOLT 11.</summary>
    public PaymentHash? PaymentHash { get; init; }

    /// <summary>Amount of the invoice in millisatoshis; null if the invoice has no amount, then <see cref="MaxAmount"/> applies.</summary>
    public Msats? Amount { get; init; }

    /// <summary>Maximum amount in millisatoshis, without fees.</summary>
    public required Msats MaxAmount { get; init; }

    /// <summary>Maximum routing fee in millisatoshis; null for the default of the wallet.</summary>
    public Msats? FeeLimit { get; init; }

    /// <summary>When it was first sent to the wallet, recorded before sending; null if it was not sent yet.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Whether the wallet was seen to have it: from then on, that it knows nothing of it is no failure.</summary>
    public bool WasSeen { get; init; }

    /// <summary>
    /// Called as soon as the wallet says that the payment is under way, before its end is waited for: whoever stops waiting
    /// then still knows. Null where nobody needs to know.
    /// </summary>
    public Func<Task>? WhenSeen { get; init; }

    /// <summary>When the seller stops accepting the payment, also where the invoice can be paid for longer; null where that is the same. A wallet that accepts a time limit tries no longer.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Identity of the node it is begun with; null where that is not known.</summary>
    public string? Node { get; init; }

    /// <summary>The wallet's name of a payment of the invoice that had failed before this one was sent: it says nothing of this one.</summary>
    public string? EarlierPaymentId { get; init; }

    /// <summary>Host that sells, with the port where it is not the scheme's own.</summary>
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

    /// <summary>The proof; there when <see cref="PaymentState.Paid"/>.</summary>
    public Preimage? Preimage { get; init; }

    /// <summary>Time of payment, Unix milliseconds; null if not reported.</summary>
    public long? PaidAtMs { get; init; }

    /// <summary>The wallet's code of a failure or of what it waits for, for example <c>policy_denied</c> or <c>payment_pending</c>.</summary>
    public string? Code { get; init; }

    /// <summary>Message of the wallet, without a secret.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the wallet has the payment in its books: in flight, where it is <see cref="PaymentState.Pending"/>.</summary>
    public bool IsSeen { get; init; }

    /// <summary>Identity of the node that answered; null if not reported.</summary>
    public string? Node { get; init; }

    /// <summary>Whether the wallet is a node whose identity its credential may not read.</summary>
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

/// <summary>What every wallet refuses before it is asked.</summary>
internal static class PaymentChecks
{
    /// <summary>A payment of more than its own cap, or of nothing; null when it may be tried.</summary>
    public static PaymentResult? Refusal(InvoicePayment payment) =>
        payment.MaxAmount <= 0 || payment.Amount is { Value: <= 0 }
            ? PaymentResult.Failed("amount_invalid", "the amount is not positive")
        : payment.Amount > payment.MaxAmount
            ? PaymentResult.Failed("amount_over_cap", "the invoice costs " + payment.Amount + " msat, the limit is " + payment.MaxAmount + " msat")
        : null;

    /// <summary>
    /// A look-up of an invoice that this version does not read. What was sent by another version may have been paid, so that it
    /// is no failure.
    /// </summary>
    public static PaymentResult UnreadableInvoice(InvoicePayment payment, L402Error error) => payment.StartedAt is null && !payment.WasSeen
        ? PaymentResult.Failed(error.Code, error.Reason)
        : PaymentResult.Pending(error.Code, "the invoice was sent to the wallet, but cannot be read: " + error.Reason);

    /// <summary>A wallet that could not be asked, for a setting of it cannot be used: nothing was sent.</summary>
    public static PaymentResult Misconfigured(ConfigException failure) => PaymentResult.Failed("config_error", failure.Message);
}
