using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;

namespace LightningOps.L402.Payments;

/// <summary>
/// A wallet that pays invoices (docs/reference/l402.md#payers). One class a wallet; nothing else asks which wallet it has.
/// It decides nothing about spending: whoever calls it has checked the invoice, the cap and the budget.
/// </summary>
public interface IInvoicePayer : IDisposable
{
    /// <summary>Name of the kind of wallet: <c>mock</c>, <c>wallet-executor</c>, <c>lnd</c> or <c>simulated</c>.</summary>
    string Name { get; }

    /// <summary>Network the wallet pays on; null where it cannot be told before a payment.</summary>
    Bolt11Network? Network { get; }

    /// <summary>Whether it takes only what decodes as BOLT 11; the mock wallet alone takes anything.</summary>
    bool TakesOnlyBolt11 { get; }

    /// <summary>Whether <see cref="LookUpAsync"/> never begins a payment.</summary>
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
    Task<PaymentResult> LookUpAsync(InvoicePayment payment, CancellationToken cancellationToken);
}
