using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.L402;
using LightningOps.L402.Challenges;
using LightningOps.Leases;
using LightningOps.Payments;
using LightningOps.Settings;

namespace LightningOps.Buyer;

/// <summary>
/// Buys one credential under the lease of its host and scope. Unfinished purchases there are resolved first, and the
/// purchase is recorded before the wallet is called.
/// </summary>
internal sealed class CredentialBuyer
{
    private readonly L402ClientOptions options;
    private readonly CredentialStore store;
    private readonly IInvoicePayer? payer;
    private readonly SpendPolicy policy;
    private readonly ChallengeRequest question;
    private readonly PaymentSettler conclusion;
    private readonly TimeProvider time;

    public CredentialBuyer(L402ClientOptions options, CredentialStore store, IInvoicePayer? payer, SpendPolicy policy, ChallengeRequest question, TimeProvider time)
    {
        this.options = options;
        this.store = store;
        this.payer = payer;
        this.policy = policy;
        this.question = question;
        this.time = time;
        conclusion = new PaymentSettler(options, store, payer, time);
    }

    /// <summary>A credential, bought now or meanwhile by another caller; or the answer, when no payment is required.</summary>
    /// <param name="order">The purchase.</param>
    /// <param name="challenge">A challenge already received; null to request one.</param>
    /// <param name="cancellationToken">Stops the call; a payment under way may still settle, and the next call looks.</param>
    public async Task<PurchaseOutcome> AcquireAsync(PurchaseOrder order, L402Challenge? challenge, CancellationToken cancellationToken)
    {
        var record = await store.ReadAsync(order.For, cancellationToken).ConfigureAwait(false);
        if (FindUsable(record, order) is { IsSingleUse: false } known)
        {
            return PurchaseOutcome.From(known);
        }

        // Without an unfinished purchase, an endpoint that asks for nothing needs no lease.
        if (challenge is null && record.Unfinished is null)
        {
            var answer = await question.AskAsync(order, cancellationToken).ConfigureAwait(false);
            if (answer.UnpaidResponse is { } free)
            {
                return PurchaseOutcome.From(free);
            }

            challenge = answer.Challenge;
            if (await FindOfServiceAsync(order, challenge!, cancellationToken).ConfigureAwait(false) is { } held)
            {
                return PurchaseOutcome.From(held);
            }
        }

        var lease = await LeaseAsync(order, order.For.ToString(), cancellationToken).ConfigureAwait(false);
        try
        {
            return await ClaimAsync(await AcquireLeasedAsync(order, challenge, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await lease.ReleaseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A stored credential of the challenge's service at the same host. A credential serves a service, not one path
    /// (docs/reference/l402.md#credential-cache). A refused one is sent too if nothing was bought there since: another path may accept it,
    /// which costs nothing. Null if the caller names a scope, or there is none.
    /// </summary>
    public async Task<Purchase?> FindOfServiceAsync(PurchaseOrder order, L402Challenge challenge, CancellationToken cancellationToken)
    {
        if (!IsShared(order) || new PaymentOffer(challenge).Service is not { } service)
        {
            return null;
        }

        if (await store.FindOfServiceAsync(order.For.Host, service, cancellationToken).ConfigureAwait(false) is { } held && IsUsable(held, order))
        {
            return held;
        }

        return await store.FindLastOfServiceAsync(order.For.Host, service, cancellationToken).ConfigureAwait(false) is { State: PurchaseState.Rejected, IsReplaced: false } refused
            && !order.Request.AllowRebuy && IsUsable(refused, order) ? refused : null;
    }

    /// <summary>An unfinished purchase of the service of an offer, for any path; null if the caller names a scope, or there is none.</summary>
    public async Task<Purchase?> FindUnfinishedOfServiceAsync(PurchaseOrder order, PaymentOffer offer, CancellationToken cancellationToken) =>
        IsShared(order) && offer.Service is { } service ? await store.FindUnfinishedOfServiceAsync(order.For.Host, service, cancellationToken).ConfigureAwait(false) : null;

    /// <summary>Why an offer may not be paid; null when it may be.</summary>
    public async Task<SpendDenial?> CheckAsync(PurchaseOrder order, PaymentOffer offer, CancellationToken cancellationToken)
    {
        var spent = await store.ReadTotalsAsync(options.Limits, payer is not null && SimulatedPayers.Contains(payer.Name), cancellationToken).ConfigureAwait(false);
        return policy.Check(offer, order, payer, spent, time.GetUtcNow())
            ?? await CheckServiceAsync(order, offer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Denies a purchase from a service that refuses the credential it sold last, also at its other paths.</summary>
    private async Task<SpendDenial?> CheckServiceAsync(PurchaseOrder order, PaymentOffer offer, CancellationToken cancellationToken)
    {
        if (order.Request.AllowRebuy || order.Request.ForceRefresh || offer.Service is not { } service)
        {
            return null;
        }

        return await store.FindLastOfServiceAsync(order.For.Host, service, cancellationToken).ConfigureAwait(false) is { State: PurchaseState.Rejected, IsReplaced: false } refused
            ? new SpendDenial(DenyReasonCodes.ServiceRefuses, "service " + SellerText.Quote(service) + " rejects a credential that it sold: purchase " + refused.PurchaseId + " of " + refused.For + " for " + (refused.Spent ?? refused.Reserved) + " msat")
                { Quoted = offer.Challenge.Amount, MaxSpend = order.MaxSpend }
            : null;
    }

    /// <summary>Whether a credential bought for another path of the service is acceptable.</summary>
    private static bool IsShared(PurchaseOrder order) => order.Request.Scope is null && !order.Request.ForceRefresh;

    private bool IsUsable(Purchase held, PurchaseOrder order) =>
        held.PurchaseId != order.Except && !held.IsSingleUse && !held.IsTokenExpiredAt(time.GetUtcNow()) && !new UsableCredential(held).IsStale(time, order.Request.CacheTtl ?? options.CacheTtl);

    private static Purchase? FindUsable(CredentialRecord record, PurchaseOrder order) =>
        record.Credential is { } known && known.PurchaseId != order.Except && !((order.Request.ForceRefresh && known.State == PurchaseState.Rejected) || (order.Request.AllowRebuy && known.IsRefused)) ? known : null;

    // Under the lease: the next buyer retires a credential that nobody has claimed.
    private async Task<PurchaseOutcome> ClaimAsync(PurchaseOutcome outcome, CancellationToken cancellationToken) =>
        outcome.Credential is not { IsSingleUse: true } single || await store.ClaimAsync(single, cancellationToken).ConfigureAwait(false)
            ? outcome
            : throw new L402PaymentPendingException(single.For, null, "credential_in_use", "another request uses the credential that was just bought");

    private async Task<PurchaseOutcome> AcquireLeasedAsync(PurchaseOrder order, L402Challenge? challenge, CancellationToken cancellationToken)
    {
        var record = await store.ReadAsync(order.For, cancellationToken).ConfigureAwait(false);
        if (FindUsable(record, order) is { } known && (!known.IsSingleUse || !known.IsInProgress))
        {
            return PurchaseOutcome.From(known);
        }

        if (record.Unfinished is { } unfinished && await conclusion.ResolveAsync(unfinished, cancellationToken).ConfigureAwait(false) is (var settled, var amount))
        {
            return new PurchaseOutcome(settled, amount, null);
        }

        if (challenge is null)
        {
            var answer = await question.AskAsync(order, cancellationToken).ConfigureAwait(false);
            if (answer.UnpaidResponse is { } free)
            {
                return PurchaseOutcome.From(free);
            }

            challenge = answer.Challenge;
        }

        if (await FindOfServiceAsync(order, challenge!, cancellationToken).ConfigureAwait(false) is { } held)
        {
            return PurchaseOutcome.From(held);
        }

        var offer = new PaymentOffer(challenge!);
        return offer.Service is { } service
            ? await PayForServiceAsync(order, offer, service, cancellationToken).ConfigureAwait(false)
            : await PayAsync(order, offer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Pays under the lease of the service as well. Processes that request different paths of it buy one after the
    /// other, and the second one uses the credential of the first or resolves its payment. This lease is always taken
    /// after the lease of the scope, so that no two processes wait for each other.
    /// </summary>
    private async Task<PurchaseOutcome> PayForServiceAsync(PurchaseOrder order, PaymentOffer offer, string service, CancellationToken cancellationToken)
    {
        var lease = await LeaseAsync(order, "services/" + order.For.Host + " " + service, cancellationToken).ConfigureAwait(false);
        try
        {
            if (await FindOfServiceAsync(order, offer.Challenge, cancellationToken).ConfigureAwait(false) is { } held)
            {
                return PurchaseOutcome.From(held);
            }

            return await FindUnfinishedOfServiceAsync(order, offer, cancellationToken).ConfigureAwait(false) is { } unfinished
                    && await conclusion.ResolveAsync(unfinished, cancellationToken).ConfigureAwait(false) is (var settled, var amount)
                ? new PurchaseOutcome(settled, amount, null)
                : await PayAsync(order, offer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await lease.ReleaseAsync().ConfigureAwait(false);
        }
    }

    private async Task<PurchaseOutcome> PayAsync(PurchaseOrder order, PaymentOffer offer, CancellationToken cancellationToken)
    {
        if (await CheckAsync(order, offer, cancellationToken).ConfigureAwait(false) is { } denial)
        {
            if (denial.Code == DenyReasonCodes.CapMissing)
            {
                throw new ConfigException(EnvironmentVariables.MaxSpendMsats, "missing required environment variable; the price is " + FormatPrice(offer) + ", and nothing was paid", "Set a limit with -MaxSpendMsats, or set " + EnvironmentVariables.MaxSpendMsats + ".");
            }

            throw new L402PaymentDeniedException(order.Site.Name, denial);
        }

        var reservation = await store.ReserveAsync(CreateDraft(order, offer), options.Limits, order.Except, IsShared(order) ? held => IsUsable(held, order) : null, cancellationToken).ConfigureAwait(false);
        if (reservation.Purchase is not { } purchase)
        {
            // Only if this process was suspended for longer than its lease.
            if (reservation.HeldOfService is { } held)
            {
                return !held.IsUnfinished ? PurchaseOutcome.From(held)
                    : throw new L402PaymentPendingException(order.For, held, "purchase_in_progress", "another process is paying for the same service");
            }

            if (reservation.ConflictingPurchase?.For == order.For && FindUsable(await store.ReadAsync(order.For, cancellationToken).ConfigureAwait(false), order) is { } bought)
            {
                return PurchaseOutcome.From(bought);
            }

            throw new L402PaymentDeniedException(order.Site.Name, GetDenial(reservation) with { Quoted = offer.Challenge.Amount, MaxSpend = order.MaxSpend });
        }

        options.Progress?.Report(new L402Step("paying", "paying at most " + purchase.Reserved + " msat for " + purchase.For + " with " + purchase.Payer));
        var (settled, amount) = await conclusion.PayAsync(purchase, cancellationToken).ConfigureAwait(false);
        return new PurchaseOutcome(settled, amount, null);
    }

    private static string FormatPrice(PaymentOffer offer) => offer.Challenge.Amount is { } price ? price + " msat" : "not known";

    private PurchaseDraft CreateDraft(PurchaseOrder order, PaymentOffer offer)
    {
        var timeToLive = order.Request.CacheTtl ?? options.CacheTtl;
        return new PurchaseDraft
        {
            For = order.For,
            RequestId = order.Request.RequestId,
            Payer = PaymentSettler.GetWallet(payer!, options),
            PaymentKey = offer.PaymentKey,
            PaymentHash = offer.PaymentHash,
            Quoted = offer.Stated,
            Cost = SpendPolicy.GetCost(offer, order, payer),
            InvoiceExpiresAtMs = offer.Invoice?.ExpiresAt.ToUnixTimeMilliseconds(),
            Service = offer.Service,
            ExpiresAtMs = timeToLive is { } longest ? (time.GetUtcNow() + longest).ToUnixTimeMilliseconds() : null,
            Secret = new PurchaseSecret(offer.Challenge.Invoice, offer.Challenge.Macaroon, Scheme: offer.Challenge.Scheme),
        };
    }

    private static SpendDenial GetDenial(Reservation reservation) =>
        reservation.Denial ?? new SpendDenial(DenyReasonCodes.InvoiceAlreadyPaid, "purchase " + reservation.ConflictingPurchase!.PurchaseId + " (" + reservation.ConflictingPurchase.State + ") already covers this invoice");

    private async Task<Lease> LeaseAsync(PurchaseOrder order, string name, CancellationToken cancellationToken)
    {
        var request = new LeaseRequest(name, order.Request.RequestId) { Wait = options.PurchaseWait, Poll = options.PurchasePoll };
        try
        {
            return await Lease.AcquireAsync(store.Leases, time, request, cancellationToken).ConfigureAwait(false);
        }
        catch (LeaseHeldException e)
        {
            throw new L402PaymentPendingException(order.For, null, "purchase_in_progress", "another purchase is in progress: " + e.Holder, e);
        }
    }
}
