using System;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.L402;
using LightningOps.L402.Challenges;
using LightningOps.Payments;

namespace LightningOps.Buyer;

/// <summary>
/// Sends requests to sellers that require payment with 402 (docs/reference/l402.md#purchase): pays within the spend
/// policy, stores the credential, and reuses it until it is no longer accepted. Safe for concurrent requests.
/// </summary>
/// <remarks>
///  A payment is recorded before the wallet is called, and its proof before it is used. A crash at any point costs
/// nothing: the next request for the same host and scope checks the payment. All processes that use the store buy at
/// most one credential per host and scope at a time.
/// </remarks>
public sealed class L402Client : IDisposable
{
    private readonly L402ClientOptions options;
    private readonly IInvoicePayer? payer;
    private readonly CredentialStore store;
    private readonly TimeProvider time;
    private readonly SpendPolicy policy;
    private readonly L402Exchange exchange;
    private readonly ChallengeRequest question;
    private readonly CredentialCache cache;
    private readonly CredentialBuyer buyer;
    private readonly PurchaseObserver observer;
    private readonly SingleUse singleUse;
    private readonly SingleFlight<(CredentialScope, Msats?, Msats?, bool, bool, bool, PaymentSchemeChoice, string?), PurchaseOutcome> purchases = new();

    // Requests often repeat their destination.
    private volatile Destination? last;

    /// <summary>A client; nothing is sent or read yet.</summary>
    /// <param name="options">Options of the client.</param>
    /// <param name="payer">The wallet, not disposed here; null to buy nothing and only use stored credentials.</param>
    /// <param name="store">The store of credentials, not disposed here.</param>
    /// <param name="handler">Sends the requests and must not follow redirects; null makes one. Not disposed here.</param>
    /// <param name="time">Clock of limits, expiries and waits; null for the system's clock.</param>
    /// <exception cref="ConfigException">An entry of a host list cannot be read.</exception>
    /// <exception cref="ArgumentException">The handler follows redirects.</exception>
    public L402Client(L402ClientOptions options, IInvoicePayer? payer, CredentialStore store, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        HostPattern.Check(options.Limits.AllowedHosts);
        HostPattern.Check(options.Limits.BlockedHosts);
        if (handler is HttpClientHandler { AllowAutoRedirect: true })
        {
            throw new ArgumentException("A handler that follows redirects would send the credential to another address.", nameof(handler));
        }

        this.options = options;
        this.payer = payer;
        this.store = store;
        this.time = time ?? TimeProvider.System;
        policy = new SpendPolicy(options.Limits);
        exchange = new L402Exchange(options, handler, this.time);
        question = new ChallengeRequest(exchange, options.Progress, this.time);
        cache = new CredentialCache(store);
        buyer = new CredentialBuyer(options, store, payer, policy, question, this.time);
        observer = new PurchaseObserver(options, this.time);
        singleUse = new SingleUse(exchange, store, options.Progress);
    }

    /// <summary>A client with its own handler and the system's clock; nothing is sent or read yet.</summary>
    /// <param name="options">Options of the client.</param>
    /// <param name="payer">The wallet, not disposed here; null to buy nothing and only use stored credentials.</param>
    /// <param name="store">The store of credentials, not disposed here.</param>
    /// <exception cref="ConfigException">An entry of a host list cannot be read.</exception>
    public static L402Client Create(L402ClientOptions options, IInvoicePayer? payer, CredentialStore store) => new(options, payer, store);

    /// <summary>Sends a request and buys a credential if one is required.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the call; a payment under way may still settle, and the next request looks.</param>
    /// <returns>The answer, of which only the headers have been read; the caller disposes it.</returns>
    /// <exception cref="L402PaymentDeniedException">The spend policy forbids it; nothing was paid.</exception>
    /// <exception cref="L402PaymentFailedException">The wallet did not pay.</exception>
    /// <exception cref="L402PaymentPendingException">The outcome of the payment is not known yet.</exception>
    /// <exception cref="L402PreimageMismatchException">The preimage of the wallet does not match the invoice.</exception>
    /// <exception cref="L402CredentialRejectedException">The paid credential is not accepted.</exception>
    /// <exception cref="L402TransportException">The seller did not answer.</exception>
    /// <exception cref="L402Exception">The payment demand cannot be read; nothing was paid.</exception>
    /// <exception cref="ConfigException">The request cannot be sent.</exception>
    public Task<L402Response> SendAsync(L402Request request, CancellationToken cancellationToken = default) =>
        observer.IsEnabled ? ObserveAsync(request, cancellationToken) : LimitAsync(request, cancellationToken);

    /// <summary>Gets the price of a request without paying. If no payment is required, the request has been carried out.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <exception cref="L402PaymentDeniedException">Requests to that host are not allowed.</exception>
    /// <exception cref="L402TransportException">The seller did not answer.</exception>
    /// <exception cref="L402Exception">The payment demand cannot be read.</exception>
    /// <exception cref="ConfigException">The request cannot be sent.</exception>
    public async Task<L402Quote> QuoteAsync(L402Request request, CancellationToken cancellationToken = default)
    {
        var order = CreateOrder(request);
        var known = await cache.FindAsync(order.For, cancellationToken).ConfigureAwait(false);
        var status = GetStatus(order, known);
        var isRefused = status == L402CacheStatus.Hit && known!.Purchase.IsRefused;
        var unfinished = (await store.ReadAsync(order.For, cancellationToken).ConfigureAwait(false)).Unfinished;
        var answer = await question.AskAsync(order, cancellationToken).ConfigureAwait(false);
        using (answer.UnpaidResponse)
        {
            if (answer.Challenge is not { } challenge)
            {
                return new L402Quote { StatusCode = (int)answer.UnpaidResponse!.StatusCode, For = order.For, CacheStatus = status, Unfinished = unfinished?.Describe() };
            }

            var offer = new PaymentOffer(challenge);
            if (status == L402CacheStatus.Miss && await buyer.FindOfServiceAsync(order, challenge, cancellationToken).ConfigureAwait(false) is { } held)
            {
                status = L402CacheStatus.Hit;
                isRefused = held.IsRefused;
            }

            unfinished ??= await buyer.FindUnfinishedOfServiceAsync(order, offer, cancellationToken).ConfigureAwait(false);
            var denial = await buyer.CheckAsync(order, offer, cancellationToken).ConfigureAwait(false);
            return new L402Quote
            {
                StatusCode = (int)HttpStatusCode.PaymentRequired,
                For = order.For,
                Challenge = challenge,
                Invoice = offer.Invoice,
                Denial = denial,
                FeeLimit = denial is null ? SpendPolicy.GetCost(offer, order, payer).FeeLimit : 0,
                CacheStatus = status,
                IsCredentialRefused = isRefused,
                Unfinished = unfinished?.Describe(),
                OtherDemands = answer.Others,
            };
        }
    }

    /// <summary>Closes the connections of its own handler; wallet and store stay open.</summary>
    public void Dispose() => exchange.Dispose();

    /// <summary>Pays a challenge already received, even if there is a credential.</summary>
    /// <param name="request">The request.</param>
    /// <param name="received">The WWW-Authenticate value of its answer.</param>
    /// <param name="cancellationToken">Stops the call; a payment under way may still settle.</param>
    /// <returns>The value of the Authorization header: a secret.</returns>
    /// <exception cref="L402Exception">There is no usable challenge.</exception>
    internal async Task<string> BuyAsync(L402Request request, string received, CancellationToken cancellationToken)
    {
        var challenge = L402Challenge.TryParse([received], time.GetUtcNow(), out var read, out var error) ? read : throw new L402Exception(error);
        var order = CreateOrder(request);
        var known = await cache.FindAsync(order.For, cancellationToken).ConfigureAwait(false);
        var acquired = await buyer.AcquireAsync(order with { Except = known?.Purchase.PurchaseId }, challenge, cancellationToken).ConfigureAwait(false);
        return new UsableCredential(acquired.Credential!).HeaderValue(request.AuthorizationFormat);
    }

    private static bool IsRefusal(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.PaymentRequired;

    private Task<L402Response> ObserveAsync(L402Request request, CancellationToken cancellationToken) =>
        observer.ObserveAsync(request, policy.MaxSpend(request), () => LimitAsync(request, cancellationToken));

    private Task<L402Response> LimitAsync(L402Request request, CancellationToken cancellationToken) =>
        options.CallTimeout is { } limit ? LimitAsync(request, limit, cancellationToken) : BuyAsync(request, cancellationToken);

    private async Task<L402Response> LimitAsync(L402Request request, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var over = time.CreateCancellationTokenSource(limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            return await BuyAsync(request, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // An earlier payment is recorded and may still settle.
            var record = await store.ReadAsync(CreateOrder(request).For, CancellationToken.None).ConfigureAwait(false);
            throw record.Unfinished is { } purchase
                ? new L402PaymentPendingException(purchase.For, purchase, "timeout", FormattableString.Invariant($"the time limit of {limit.TotalSeconds:0.###} s expired before the payment finished"), e)
                : CreateTimeout(request, record.Credential, e);
        }
    }

    // A credential that was used or refused before is not this request's.
    private static L402TransportException CreateTimeout(L402Request request, Purchase? credential, Exception cause)
    {
        var failure = new L402TransportException(request.ToString(), "timeout", cause);
        return credential is null || credential.IsRefused ? failure : failure.WithPurchase(credential, isOwn: null);
    }

    private async Task<HttpResponseMessage> SendAsync(PurchaseOrder order, UsableCredential credential, bool isOwn, CancellationToken cancellationToken)
    {
        try
        {
            return await exchange.SendAsync(order, credential.HeaderValue(order.Request.AuthorizationFormat), cancellationToken).ConfigureAwait(false);
        }
        catch (L402TransportException failure)
        {
            throw failure.WithPurchase(credential.Purchase, isOwn);
        }
    }

    // The common path only. The rest is in separate methods.
    private async Task<L402Response> BuyAsync(L402Request request, CancellationToken cancellationToken)
    {
        var order = CreateOrder(request);
        var known = await cache.FindAsync(order.For, cancellationToken).ConfigureAwait(false);
        if (known is { IsSingleUse: true })
        {
            return await singleUse.SendAsync(order, known.Purchase, cancellationToken).ConfigureAwait(false)
                ?? await ReplaceAsync(order, known.Purchase, cancellationToken).ConfigureAwait(false);
        }

        if (GetStatus(order, known) is not L402CacheStatus.Hit and var status)
        {
            return await AcquireAsync(order with { Except = known?.Purchase.PurchaseId }, status, cancellationToken).ConfigureAwait(false);
        }

        HttpResponseMessage response;
        if (known!.Purchase.State != PurchaseState.Paid)
        {
            response = await SendAsync(order, known, isOwn: false, cancellationToken).ConfigureAwait(false);
            return await ProcessResponseAsync(order, known.Purchase, response, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            response = L402Exchange.Checked(order, await exchange.StartAsync(order, known.HeaderValue(request.AuthorizationFormat), cancellationToken).ConfigureAwait(false), isPaid: true);
        }
        catch (Exception e) when (exchange.ToTransportFailure(order, e, cancellationToken) is { } failure)
        {
            throw failure.WithPurchase(known.Purchase, isOwn: false);
        }

        return !IsRefusal(response)
            ? new L402Response(response, L402CacheStatus.Hit, known.Purchase, null)
            : await ProcessResponseAsync(order, known.Purchase, response, cancellationToken).ConfigureAwait(false);
    }

    // A lost credential that was replaced with permission does not prevent the next purchase.
    private async Task<L402Response> ReplaceAsync(PurchaseOrder order, Purchase known, CancellationToken cancellationToken)
    {
        var response = await AcquireAsync(order with { Except = known.PurchaseId }, L402CacheStatus.Miss, cancellationToken).ConfigureAwait(false);
        if ((order.Request.AllowRebuy || order.Request.ForceRefresh) && !known.IsInProgress)
        {
            await store.ReplaceLostAsync(known).ConfigureAwait(false);
        }

        return response;
    }

    /// <summary>A credential that is refused before it expires is not bought again unless the request allows it.</summary>
    private async Task<L402Response> ProcessResponseAsync(PurchaseOrder order, Purchase known, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!IsRefusal(response))
        {
            await store.SetStateAsync(known, PurchaseState.Paid, CancellationToken.None).ConfigureAwait(false);
            return new L402Response(response, L402CacheStatus.Hit, known, null);
        }

        var statusCode = (int)response.StatusCode;
        response.Dispose();
        var wasAccepted = known.State == PurchaseState.Paid || known.IsNoLongerAccepted;
        var isExpired = known.State == PurchaseState.Paid && known.IsTokenExpiredAt(time.GetUtcNow());
        if (!order.Request.AllowRebuy && !isExpired)
        {
            // The server may accept the credential again later; it is not paid again for having refused it.
            await RejectAsync(order, known, wasAccepted).ConfigureAwait(false);
            throw new L402CredentialRejectedException(known, statusCode, order.Request.AuthorizationFormat, wasAccepted, order.For);
        }

        if (isExpired)
        {
            await store.SetStateAsync(known, PurchaseState.Invalid, CancellationToken.None).ConfigureAwait(false);
            return await AcquireAsync(order with { Except = known.PurchaseId }, L402CacheStatus.Invalid, cancellationToken).ConfigureAwait(false);
        }

        await RejectAsync(order, known, wasAccepted).ConfigureAwait(false);
        var replaced = await AcquireAsync(order with { Except = known.PurchaseId }, L402CacheStatus.Invalid, cancellationToken).ConfigureAwait(false);
        if (known.For == order.For && replaced.PurchaseId is not null)
        {
            await store.ReplaceLostAsync(known).ConfigureAwait(false);
        }

        return replaced;
    }

    // Only the path it was bought for decides about a credential. Another path refuses it for itself.
    private Task RejectAsync(PurchaseOrder order, Purchase refused, bool wasAccepted) =>
        refused.For == order.For
            ? store.SetStateAsync(refused, PurchaseState.Rejected, CancellationToken.None, wasAccepted ? CredentialCodes.NoLongerAccepted : null)
            : Task.CompletedTask;

    private async Task<L402Response> AcquireAsync(PurchaseOrder order, L402CacheStatus status, CancellationToken cancellationToken)
    {
        var (acquired, isOwn) = await purchases.RunAsync(order.Key, token => buyer.AcquireAsync(order, null, token), cancellationToken).ConfigureAwait(false);
        if (!isOwn && (acquired.UnpaidResponse is not null || acquired.Credential is { IsSingleUse: true }))
        {
            // The answer belongs to another request, or is for one request only. It is not known yet whether this request is free
            // too.
            acquired = await buyer.AcquireAsync(order, null, cancellationToken).ConfigureAwait(false);
            isOwn = true;
        }

        return acquired.UnpaidResponse is { } free
            ? new L402Response(free, status, null, null)
            : await RedeemAsync(order, acquired.Credential!, isOwn ? acquired.Paid : null, status, cancellationToken).ConfigureAwait(false);
    }

    private PurchaseOrder CreateOrder(L402Request request)
    {
        if (request.CacheTtl <= TimeSpan.Zero)
        {
            throw new ConfigException(nameof(L402Request.CacheTtl), "is not a positive time", "Specify how old a credential may be, or buy a new one with -ForceRefresh.");
        }

        HostPattern.Check(request.AllowedHosts);
        HostPattern.Check(request.BlockedHosts);
        var destination = last is { } known && known.Matches(request) ? known : last = Destination.Create(request);
        return policy.Check(destination.Site, request) is { } denial
            ? throw new L402PaymentDeniedException(destination.Site.Name, denial)
            : new PurchaseOrder(request, destination.Site, destination.For, policy.MaxSpend(request));
    }

    private L402CacheStatus GetStatus(PurchaseOrder order, UsableCredential? known) =>
        known is null || order.Request.ForceRefresh ? L402CacheStatus.Miss
        : known.Purchase.State == PurchaseState.Paid && known.IsStale(time, order.Request.CacheTtl) ? L402CacheStatus.Stale
        : L402CacheStatus.Hit;

    private async Task<L402Response> RedeemAsync(PurchaseOrder order, Purchase purchase, Msats? paid, L402CacheStatus status, CancellationToken cancellationToken)
    {
        if (purchase.IsSingleUse)
        {
            return await singleUse.SendClaimedAsync(order, purchase, paid, status, cancellationToken).ConfigureAwait(false);
        }

        var credential = new UsableCredential(purchase);
        options.Progress?.Report(new L402Step("credential", "sending " + purchase.ProofReference + " to " + purchase.For));
        var response = await SendAsync(order, credential, paid is not null, cancellationToken).ConfigureAwait(false);
        if (!IsRefusal(response))
        {
            if (purchase.For != order.For)
            {
                await store.OpenPathAsync(order.For, purchase).ConfigureAwait(false);
            }

            if (purchase.State == PurchaseState.Rejected)
            {
                await store.SetStateAsync(purchase, PurchaseState.Paid, CancellationToken.None).ConfigureAwait(false);
            }

            return new L402Response(response, status, purchase, paid);
        }

        var statusCode = (int)response.StatusCode;
        response.Dispose();
        if (purchase.For != order.For && order.Request.AllowRebuy)
        {
            var anew = order with { Except = purchase.PurchaseId, Request = order.Request with { ForceRefresh = true } };
            return await AcquireAsync(anew, L402CacheStatus.Invalid, cancellationToken).ConfigureAwait(false);
        }

        await RejectAsync(order, purchase, purchase.IsNoLongerAccepted).ConfigureAwait(false);
        throw new L402CredentialRejectedException(purchase, statusCode, order.Request.AuthorizationFormat, purchase.IsNoLongerAccepted, order.For);
    }
}
