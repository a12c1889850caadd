using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Observability;
using LightningOps.Payments;

namespace LightningOps.Buyer;

/// <summary>
/// Pays a recorded purchase, or finds out its outcome, and records it. A preimage is recorded before it is used, and
/// a failure only when the wallet is certain.
/// </summary>
internal sealed class PaymentSettler
{
    private readonly L402ClientOptions options;
    private readonly CredentialStore store;
    private readonly IInvoicePayer? payer;
    private readonly TimeProvider time;

    public PaymentSettler(L402ClientOptions options, CredentialStore store, IInvoicePayer? payer, TimeProvider time)
    {
        this.options = options;
        this.store = store;
        this.payer = payer;
        this.time = time;
    }

    /// <summary>The wallet as recorded in a purchase.</summary>
    public static string GetWallet(IInvoicePayer payer, L402ClientOptions options) => options.WalletPlace is { } place ? payer.Name + " " + place : payer.Name;

    /// <summary>Pays.</summary>
    /// <returns>The credential, and the amount paid according to the wallet.</returns>
    public Task<(Purchase Credential, Msats Amount)> PayAsync(Purchase purchase, CancellationToken cancellationToken) =>
        PurchaseObserver.ObserveWalletAsync("pay", payer!.Name, () => PayInvoiceAsync(purchase with { IsInProgress = false }, cancellationToken));

    /// <summary>Finds out the outcome of a purchase that was begun earlier, here or elsewhere.</summary>
    /// <returns>The credential, and the amount paid according to the wallet; null when it certainly was not paid.</returns>
    public Task<(Purchase Credential, Msats Amount)?> ResolveAsync(Purchase purchase, CancellationToken cancellationToken) =>
        PurchaseObserver.ObserveWalletAsync("look_up", payer?.Name, () => SettlePendingAsync(purchase, cancellationToken));

    private async Task<(Purchase Credential, Msats Amount)> PayInvoiceAsync(Purchase purchase, CancellationToken cancellationToken)
    {
        purchase = await BeginAsync(purchase, cancellationToken).ConfigureAwait(false);
        var payment = CreatePayment(purchase);
        var result = await AskWalletAsync(purchase, () => payer!.PayAsync(payment, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (result.State == PaymentState.Pending)
        {
            result = await WaitAsync(purchase, result, cancellationToken).ConfigureAwait(false);
        }

        if (result.State == PaymentState.Failed)
        {
            await store.EndAsync(purchase, PurchaseState.Failed, result.Code, CancellationToken.None).ConfigureAwait(false);
            throw new L402PaymentFailedException(purchase.For, result.Code ?? "payment_failed", result.Reason);
        }

        return (await SettleAsync(purchase, result).ConfigureAwait(false), CredentialStore.GetAmount(purchase, result));
    }

    /// <summary>
    /// Looks for a payment of the invoice before the first one is sent, and records that it is sent. A payment found
    /// before that is not this purchase's; one found later is.
    /// </summary>
    private async Task<Purchase> BeginAsync(Purchase purchase, CancellationToken cancellationToken)
    {
        var before = payer!.CanLookUp ? await LookBeforeAsync(purchase, cancellationToken).ConfigureAwait(false) : null;
        if (purchase.Deadline <= time.GetUtcNow())
        {
            var code = GetExpiryCode(purchase);
            await store.EndAsync(purchase, PurchaseState.Failed, code, CancellationToken.None).ConfigureAwait(false);
            throw new L402PaymentFailedException(purchase.For, code, GetExpired(purchase) + " expired before it was paid; nothing was sent");
        }

        var (maySend, isFirstHidden) = await store.SendAsync(purchase, before?.Node, before?.PaymentId, cancellationToken).ConfigureAwait(false);
        if (!maySend)
        {
            throw new L402PaymentPendingException(purchase.For, purchase, "purchase_in_progress", "another process continued the payment");
        }

        if (isFirstHidden && before is { IsNodeHidden: true })
        {
            options.Progress?.Report(new L402Step(
                L402Step.Warning,
                "The macaroon does not permit GetInfo (info:read), so the identity of the node cannot be checked. A different node at this address would not be detected and would not know the payment."));
        }

        return purchase with { SentAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(), Node = before?.Node, EarlierPaymentId = before?.PaymentId };
    }

    private async Task<PaymentResult> LookBeforeAsync(Purchase purchase, CancellationToken cancellationToken)
    {
        PaymentResult found;
        try
        {
            found = await payer!.GetPaymentAsync(CreatePayment(purchase), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            await store.EndAsync(purchase, PurchaseState.Failed, "interrupted", CancellationToken.None).ConfigureAwait(false);
            if (failure is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            throw new L402PaymentFailedException(purchase.For, "interrupted", "the wallet " + payer!.Name + " could not be asked; nothing was sent");
        }

        if (found.State == PaymentState.Failed)
        {
            return found;
        }

        var code = found.IsSeen ? DenyReasonCodes.InvoiceAlreadyPaid : found.Code ?? "payment_pending";
        await store.EndAsync(purchase, PurchaseState.Failed, code, CancellationToken.None).ConfigureAwait(false);
        throw found.IsSeen
            ? new L402PaymentDeniedException(
                L402Site.GetSeller(purchase.For),
                new SpendDenial(code, "the wallet " + (found.State == PaymentState.Paid ? "has paid" : "is paying") + " this invoice already, not for this purchase; nothing was sent") { Quoted = purchase.Quoted })
            : new L402PaymentFailedException(purchase.For, code, "nothing was sent: " + (found.Reason ?? "the wallet cannot look up payments"));
    }

    private async Task<(Purchase Credential, Msats Amount)?> SettlePendingAsync(Purchase purchase, CancellationToken cancellationToken)
    {
        options.Progress?.Report(new L402Step("looking_up", "checking an earlier payment for " + purchase.For));
        if (purchase.SentAtMs is null)
        {
            await GiveUpAsync(purchase, "not_sent").ConfigureAwait(false);
            return null;
        }

        var isSure = payer is not null && GetWallet(payer, options) == purchase.Payer;
        if (payer is null || (!isSure && payer.Name != purchase.Payer))
        {
            // Another wallet does not know the payment and would report it as not paid.
            throw new L402PaymentPendingException(purchase.For, purchase, "payment_pending", "an earlier payment was started with " + purchase.Payer + ", which must be used to check it");
        }

        var result = await LookUpAsync(purchase, cancellationToken).ConfigureAwait(false);
        if (result.State == PaymentState.Pending)
        {
            result = await WaitAsync(purchase, result, cancellationToken).ConfigureAwait(false);
        }

        if (result.State == PaymentState.Paid)
        {
            return (await SettleAsync(purchase, result).ConfigureAwait(false), CredentialStore.GetAmount(purchase, result));
        }

        if (!isSure)
        {
            // Recorded without the wallet's place. A payment has a proof, but another wallet of the kind may report it
            // as not paid.
            throw new L402PaymentPendingException(purchase.For, purchase, result.Code ?? "payment_pending", "it is not known which " + purchase.Payer + " was used");
        }

        if (purchase.WasSeen && !result.IsSeen)
        {
            throw new L402PaymentPendingException(purchase.For, purchase, "payment_forgotten", "the wallet no longer knows the payment: it was deleted there, or another wallet answers");
        }

        if (purchase.State == PurchaseState.Unproven && !purchase.IsInvoiceExpiredAt(time.GetUtcNow()))
        {
            throw new L402PreimageMismatchException(purchase);
        }

        await GiveUpAsync(purchase, result.Code).ConfigureAwait(false);
        return null;
    }

    private async Task GiveUpAsync(Purchase purchase, string? code)
    {
        if (purchase.IsInProgress && !purchase.IsInvoiceExpiredAt(time.GetUtcNow()))
        {
            // The process that began it may still be about to ask the wallet, so "not paid" is not final.
            throw new L402PaymentPendingException(purchase.For, purchase, "payment_pending", "another process is paying");
        }

        await store.EndAsync(purchase, PurchaseState.Failed, code, CancellationToken.None).ConfigureAwait(false);
    }

    // A payment found before it is sent is not this purchase's and is not recorded as seen.
    private InvoicePayment CreatePayment(Purchase purchase) => new()
    {
        RequestId = purchase.RequestId,
        Invoice = purchase.Secret!.Invoice,
        PaymentHash = purchase.Hash,
        Amount = purchase.Quoted,
        MaxAmount = purchase.MaxAmount,
        FeeLimit = purchase.FeeLimit,
        StartedAt = purchase.SentAtMs is { } sentAt ? DateTimeOffset.FromUnixTimeMilliseconds(sentAt) : null,
        WasSeen = purchase.WasSeen,
        WhenSeen = purchase.WasSeen || purchase.SentAtMs is null ? null : () => store.SeeAsync(purchase, CancellationToken.None),
        Deadline = purchase.Deadline,
        Node = purchase.Node,
        EarlierPaymentId = purchase.EarlierPaymentId,
        Host = L402Site.GetSeller(purchase.For),
    };

    /// <summary>
    /// Asks for the outcome of a payment. A wallet without a look-up is sent the invoice again, which may pay it only now. After
    /// the deadline that would be a payment for nothing.
    /// </summary>
    private Task<PaymentResult> LookUpAsync(Purchase purchase, CancellationToken cancellationToken)
    {
        if (!payer!.CanLookUp && purchase.Deadline <= time.GetUtcNow())
        {
            throw new L402PaymentPendingException(
                purchase.For,
                purchase,
                GetExpiryCode(purchase),
                GetExpired(purchase) + " has expired. The wallet " + payer.Name + " has no look-up, and the invoice is not sent to it again, because a payment now would open nothing");
        }

        var payment = CreatePayment(purchase);
        return AskWalletAsync(purchase, () => payer.GetPaymentAsync(payment, cancellationToken), cancellationToken);
    }

    private static string GetExpiryCode(Purchase purchase) => purchase.IsSingleUse ? L402PaymentPendingException.ChallengeExpired : DenyReasonCodes.TokenExpired;

    private static string GetExpired(Purchase purchase) => purchase.IsSingleUse ? "the challenge" : "the token of the challenge";

    /// <summary>Any failure while the wallet is asked means that money may have moved.</summary>
    private async Task<PaymentResult> AskWalletAsync(Purchase purchase, Func<Task<PaymentResult>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            await HoldAsync(purchase, "interrupted").ConfigureAwait(false);
            if (failure is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            throw new L402PaymentPendingException(purchase.For, purchase, "payment_pending", "the wallet " + payer!.Name + " did not report the outcome of the payment", failure as LightningOpsException);
        }
    }

    /// <summary>Checks again until the wallet knows the outcome, or the maximum wait is over.</summary>
    private async Task<PaymentResult> WaitAsync(Purchase purchase, PaymentResult result, CancellationToken cancellationToken)
    {
        await HoldAsync(purchase, result.Code).ConfigureAwait(false);
        var began = time.GetTimestamp();
        while (result.State == PaymentState.Pending)
        {
            if (result.IsSeen && !purchase.WasSeen)
            {
                await store.SeeAsync(purchase, CancellationToken.None).ConfigureAwait(false);
                purchase = purchase with { WasSeen = true };
            }

            if (time.GetElapsedTime(began) >= options.PendingWait)
            {
                throw new L402PaymentPendingException(purchase.For, purchase, result.Code ?? "payment_pending", result.Reason ?? "the wallet does not know the outcome of the payment yet");
            }

            await time.Delay(options.PendingPoll, cancellationToken).ConfigureAwait(false);
            result = await LookUpAsync(purchase, cancellationToken).ConfigureAwait(false);
        }

        return result.State == PaymentState.Failed && purchase.WasSeen && !result.IsSeen
            ? throw new L402PaymentPendingException(purchase.For, purchase, "payment_forgotten", "the wallet no longer knows the payment: it was deleted there, or another wallet answers")
            : result;
    }

    private async Task<Purchase> SettleAsync(Purchase purchase, PaymentResult result)
    {
        if (result.Preimage is not { } preimage || (purchase.Hash is { } hash && !preimage.MatchesPaymentHash(hash)))
        {
            await store.EndAsync(purchase, PurchaseState.Unproven, "preimage_mismatch", CancellationToken.None).ConfigureAwait(false);
            throw new L402PreimageMismatchException(purchase);
        }

        var settled = await store.SettleAsync(purchase, result, CancellationToken.None).ConfigureAwait(false);
        Measurements.Spent.Add((settled.Spent ?? settled.Reserved));
        if (FindWrongAmount(purchase, result) is { } wrong)
        {
            options.Progress?.Report(new L402Step(L402Step.Warning, "The wallet " + payer!.Name + " reports " + wrong + ", purchase " + purchase.PurchaseId + " of " + purchase.For + ". Check the wallet."));
        }

        options.Progress?.Report(new L402Step("paid", "paid for " + settled.For + ", proof " + settled.ProofReference));
        return settled;
    }

    /// <summary>An amount or fee that the wallet was not permitted to pay, or an amount below the invoice's; null if it reports neither.</summary>
    private static string? FindWrongAmount(Purchase purchase, PaymentResult result) =>
        result.Amount is { } amount && amount.Value > purchase.MaxAmount.Value ? amount + " msat, more than the " + purchase.MaxAmount + " msat of the " + (purchase.Quoted is null ? "limit" : "invoice")
        : result.Fee is { } fee && fee.Value > purchase.FeeLimit ? "a fee of " + fee + " msat, more than the " + purchase.FeeLimit + " msat that it may pay for routing"
        : result.Amount is { } less && less.Value < purchase.Quoted ? less + " msat for an invoice of " + purchase.Quoted + " msat, which is counted"
        : null;

    // The state of a payment of another process is recorded by that process. Until then it may still be about to ask the
    // wallet.
    private Task HoldAsync(Purchase purchase, string? code) =>
        purchase.State == PurchaseState.Unproven || purchase.IsInProgress ? Task.CompletedTask : store.EndAsync(purchase, PurchaseState.Pending, code, CancellationToken.None);
}
