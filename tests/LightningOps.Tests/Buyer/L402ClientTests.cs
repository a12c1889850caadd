using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;
using LightningOps.Payments;
using LightningOps.Tests.L402;
using Xunit;
using static LightningOps.Tests.Buyer.PurchaseBench;

namespace LightningOps.Tests.Buyer;

/// <summary>The flow of docs/reference/l402.md#purchase: challenge, payment, credential, cache.</summary>
public sealed class L402ClientTests : IDisposable
{
    private readonly PurchaseBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_first_request_pays_and_the_next_does_not()
    {
        var (first, goods) = await bench.SendAsync();
        var (second, _) = await bench.SendAsync();

        Assert.Equal(Seller.Goods, goods);
        Assert.Equal((200, L402CacheStatus.Miss, 5000L), (first.StatusCode, first.CacheStatus, first.Amount!.Value.Value));
        Assert.Equal((200, L402CacheStatus.Hit, (Msats?)null), (second.StatusCode, second.CacheStatus, second.Amount));
        Assert.Equal((1, 1), (bench.Ledger.Payments, bench.Payer.Calls));
        Assert.StartsWith("preimage:", first.ProofReference);
        Assert.Equal((first.ProofReference, first.PaymentId, first.PaymentHash), (second.ProofReference, second.PaymentId, second.PaymentHash));
    }

    [Fact]
    public async Task The_wallet_is_told_exactly_what_the_invoice_asks()
    {
        await bench.SendAsync();

        Assert.Equal(("req", 5000L, 5000L, "shop.example.com"), (bench.Payer.Last!.RequestId, bench.Payer.Last.Amount!.Value.Value, bench.Payer.Last.MaxAmount.Value, bench.Payer.Last.Host));
    }

    [Fact]
    public async Task A_credential_outlives_the_process()
    {
        await bench.SendAsync();
        bench.Restart();
        var (later, _) = await bench.SendAsync();

        Assert.Equal((L402CacheStatus.Hit, 1), (later.CacheStatus, bench.Ledger.Payments));
    }

    [Fact]
    public async Task What_costs_nothing_is_answered_without_a_payment()
    {
        bench.Seller.Price = 0;
        var (response, _) = await bench.SendAsync();

        Assert.Equal((200, (Msats?)null, null, 0), (response.StatusCode, response.Amount, response.ProofReference, bench.Payer.Calls));
        Assert.Empty(await bench.Store.ListAsync(new(), default));
    }

    [Fact]
    public async Task A_401_without_a_credential_is_no_request_for_money()
    {
        bench.Handler.After = (_, response, _) =>
        {
            response.StatusCode = System.Net.HttpStatusCode.Unauthorized;
            return Task.CompletedTask;
        };
        var (response, _) = await bench.SendAsync();

        Assert.Equal((401, 0), (response.StatusCode, bench.Payer.Calls));
    }

    [Fact]
    public async Task A_stale_credential_is_bought_anew()
    {
        await bench.SendAsync(Get() with { CacheTtl = TimeSpan.FromMinutes(5) });
        bench.Time.Advance(TimeSpan.FromMinutes(5));
        var (later, _) = await bench.SendAsync();
        var (last, _) = await bench.SendAsync();

        Assert.Equal((L402CacheStatus.Stale, L402CacheStatus.Hit, 2), (later.CacheStatus, last.CacheStatus, bench.Ledger.Payments));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(402)]
    public async Task A_credential_refused_within_its_life_is_a_loss_and_not_bought_anew(int status)
    {
        await bench.SendAsync();
        var accepts = false;
        bench.Handler.After = (request, response, _) =>
        {
            response.StatusCode = request.Headers.Contains("Authorization") && !accepts ? (System.Net.HttpStatusCode)status : response.StatusCode;
            return Task.CompletedTask;
        };

        var lost = await Assert.ThrowsAsync<L402CredentialRejectedException>(() => bench.SendAsync());
        var lostAgain = await Assert.ThrowsAsync<L402CredentialRejectedException>(() => bench.SendAsync());
        accepts = true;
        var (again, _) = await bench.SendAsync();

        Assert.Contains("which it accepted before. 5000 msat are lost", lost.Message, StringComparison.Ordinal);
        Assert.Equal(lost.Message, lostAgain.Message);
        Assert.Null(Assert.Single(await bench.Store.ListAsync(new(), default)).Code);
        Assert.Equal((200, L402CacheStatus.Hit, 1), (again.StatusCode, again.CacheStatus, bench.Ledger.Payments));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(402)]
    public async Task A_refused_credential_is_bought_anew_once_where_that_is_allowed(int status)
    {
        await bench.SendAsync();
        bench.Seller.RevokeAll();
        bench.Handler.After = (request, response, _) =>
        {
            response.StatusCode = request.Headers.Contains("Authorization") && (int)response.StatusCode == 402 ? (System.Net.HttpStatusCode)status : response.StatusCode;
            return Task.CompletedTask;
        };
        var (later, _) = await bench.SendAsync(Get() with { AllowRebuy = true });

        Assert.Equal((200, L402CacheStatus.Invalid, 2), (later.StatusCode, later.CacheStatus, bench.Ledger.Payments));
        Assert.Equal(
            [(PurchaseState.Paid, null), (PurchaseState.Rejected, "no_longer_accepted_replaced")],
            (await bench.Store.ListAsync(new(), default)).Select(purchase => (purchase.State, purchase.Code)));
    }

    [Fact]
    public async Task Every_credential_that_was_lost_stays_a_loss_and_only_the_last_one_is_sent()
    {
        await bench.SendAsync();
        foreach (var _ in new[] { 1, 2 })
        {
            bench.Seller.RevokeAll();
            await bench.SendAsync(Get() with { AllowRebuy = true });
        }

        var sent = bench.Seller.Authorizations.Count;
        bench.Seller.RevokeAll();
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => bench.SendAsync());

        Assert.Equal((3, sent + 1), (bench.Ledger.Payments, bench.Seller.Authorizations.Count));
        Assert.Equal(3, (await bench.Store.ListAsync(new(), default)).Count(static purchase => purchase.State == PurchaseState.Rejected && purchase.ProofReference is not null));
    }

    [Fact]
    public async Task A_price_check_says_that_the_stored_credential_was_refused()
    {
        await bench.SendAsync();
        Assert.False((await bench.Client.QuoteAsync(Get())).IsCredentialRefused);
        bench.Seller.RevokeAll();
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => bench.SendAsync());

        var quote = await bench.Client.QuoteAsync(Get());

        Assert.Equal((L402CacheStatus.Hit, true), (quote.CacheStatus, quote.IsCredentialRefused));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_cheapest_of_several_challenges_is_paid(bool isFirst)
    {
        bench.Seller.WriteChallenge = (token, invoice) =>
        {
            var cheap = "L402 macaroon=\"" + token + "\", invoice=\"" + invoice + "\"";
            var dear = "L402 macaroon=\"AAAA\", invoice=\"" + bench.Ledger.Mint(9000) + "\"";
            return isFirst ? cheap + ", " + dear : dear + ", " + cheap;
        };
        var (response, _) = await bench.SendAsync(Get() with { MaxSpend = new Msats(6000) });

        Assert.Equal((200, 5000), (response.StatusCode, (long)response.Amount!.Value));
    }

    [Theory]
    [InlineData("L402 invoice=\"{0}\"", "Challenge must include invoice and macaroon attributes")]
    [InlineData("L402 macaroon=\"AAAA\", invoice=\"{0}\", amount_msats=\"1\"", "amount_msats does not match the invoice amount")]
    [InlineData("Basic realm=\"x\"", "Expected an L402 challenge header")]
    public async Task A_challenge_that_cannot_be_read_names_its_request_and_that_nothing_was_paid(string challenge, string reason)
    {
        bench.Seller.WriteChallenge = (_, invoice) => challenge.Replace("{0}", invoice, StringComparison.Ordinal);

        var failure = await Assert.ThrowsAsync<L402Exception>(() => bench.SendAsync(Get() with { Scheme = PaymentSchemeChoice.L402 }));

        Assert.Equal("GET https://shop.example.com/goods: " + reason + ". Nothing was paid", failure.Message);
    }

    [Theory]
    [InlineData(10_000, 4_000, true)]
    [InlineData(null, 4_000, true)]
    [InlineData(4_000, 10_000, false)]
    public async Task A_denial_names_the_limit_that_holds(int? asked, int most, bool isOperators)
    {
        bench.With(options => options with { Limits = new SpendLimits { MaxSpend = new Msats(most) } });

        var denied = await Assert.ThrowsAsync<L402PaymentDeniedException>(() => bench.SendAsync(Get() with { MaxSpend = asked is { } limit ? new Msats(limit) : null }));

        Assert.Contains("the limit is 4000 msat", denied.Message, StringComparison.Ordinal);
        Assert.Equal(isOperators, denied.Remedy!.Contains("OA_LIGHTNING_OPS_MAX_SPEND_MSATS", StringComparison.Ordinal));
        Assert.Equal(!isOperators, denied.Remedy.StartsWith("Raise the limit with -MaxSpendMsats", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_that_breaks_off_after_a_held_credential_was_sent_names_its_request_and_that_nothing_was_paid()
    {
        await bench.SendAsync();
        bench.Handler.After = (_, response, _) =>
        {
            response.Content = new StreamContent(new BrokenStream());
            return Task.CompletedTask;
        };
        using var response = await bench.Client.SendAsync(Get());

        var failure = await Assert.ThrowsAsync<L402TransportException>(() => ResponseBody.ReadAsync(response, 1000, default));

        Assert.StartsWith(
            "GET https://shop.example.com/goods failed: body_truncated: the connection ended before the whole body had arrived. Nothing was paid for this request; its credential cost 5000 msat of purchase pur_",
            failure.Message,
            StringComparison.Ordinal);
    }

    private sealed class BrokenStream : System.IO.MemoryStream
    {
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => throw new System.IO.IOException("reset");
    }

    [Fact]
    public async Task A_request_that_fails_with_a_held_credential_says_that_it_paid_nothing()
    {
        await bench.SendAsync();
        bench.Handler.Before = (_, _) => throw new HttpRequestException("gone", new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused));

        var failure = await Assert.ThrowsAsync<L402TransportException>(() => bench.SendAsync());

        Assert.StartsWith(
            "GET https://shop.example.com/goods failed: connection_failed:connection_refused: nothing accepts connections at that address. Nothing was paid for this request; its credential cost 5000 msat of purchase pur_",
            failure.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForceRefresh_buys_anew()
    {
        await bench.SendAsync();
        await bench.SendAsync(Get() with { ForceRefresh = true });

        Assert.Equal(2, bench.Ledger.Payments);
    }

    [Fact]
    public async Task What_is_paid_for_and_refused_is_kept_for_a_claim_and_not_bought_again()
    {
        bench.Seller.Refusal = 402;
        var refused = await Assert.ThrowsAsync<L402CredentialRejectedException>(() => bench.SendAsync());
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => bench.SendAsync());

        Assert.Equal(("CredentialRejected", 402, 1), (refused.Tag, refused.StatusCode, bench.Ledger.Payments));
        var kept = Assert.Single(await bench.Store.ListAsync(new(), default));
        Assert.Equal((PurchaseState.Rejected, refused.ProofReference), (kept.State, kept.ProofReference));
        var proof = await bench.Store.FindProofAsync(kept.PurchaseId, default);
        Assert.True(proof!.MatchesPaymentHash(refused.PaymentHash!));
    }

    [Fact]
    public async Task A_refused_credential_that_is_accepted_later_is_used()
    {
        bench.Seller.Refusal = 401;
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => bench.SendAsync());
        bench.Seller.Refusal = null;
        var (later, _) = await bench.SendAsync();

        Assert.Equal((200, 1), (later.StatusCode, bench.Ledger.Payments));
        Assert.Equal(PurchaseState.Paid, Assert.Single(await bench.Store.ListAsync(new(), default)).State);
    }

    [Fact]
    public async Task After_a_refusal_ForceRefresh_buys_and_keeps_the_claim()
    {
        bench.Seller.Refusal = 402;
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => bench.SendAsync());
        bench.Seller.Refusal = null;
        await bench.SendAsync(Get() with { ForceRefresh = true });
        var (later, _) = await bench.SendAsync();

        Assert.Equal((L402CacheStatus.Hit, 2), (later.CacheStatus, bench.Ledger.Payments));
        Assert.Equal([PurchaseState.Paid, PurchaseState.Rejected], (await bench.Store.ListAsync(new(), default)).Select(purchase => purchase.State));
    }

    [Fact]
    public async Task Credentials_are_of_a_host_and_a_scope()
    {
        await bench.SendAsync(Get("https://shop.example.com/a"));
        await bench.SendAsync(Get("https://shop.example.com/b"));
        await bench.SendAsync(Get("https://SHOP.example.com:443/a?query"));
        await bench.SendAsync(Get("https://shop.example.com/c") with { Scope = "/a" });
        await bench.SendAsync(Get("https://other.example.com/a"));

        Assert.Equal(3, bench.Ledger.Payments);
    }

    [Fact]
    public async Task What_was_bought_over_https_is_not_sent_over_http_or_to_another_address()
    {
        await bench.SendAsync(Get("https://shop.example.com/a"));
        await bench.SendAsync(Get("http://shop.example.com/a") with { AllowInsecure = true });
        await bench.SendAsync(Get("http://127.0.0.1:8081/a") with { HostHeader = "shop.example.com" });

        Assert.Equal(3, bench.Ledger.Payments);
        Assert.Equal("shop.example.com", bench.Payer.Last!.Host);
    }

    [Fact]
    public async Task The_credential_is_written_as_asked()
    {
        await bench.SendAsync();
        await bench.SendAsync(Get() with { AuthorizationFormat = L402AuthorizationFormat.Params });

        Assert.Collection(
            bench.Seller.Authorizations,
            value => Assert.Matches("^L402 [^ ]+:[0-9a-f]{64}$", value),
            value => Assert.Matches("^L402 macaroon=\"[^\"]+\", preimage=\"[0-9a-f]{64}\"$", value));
    }

    [Fact]
    public async Task Method_headers_and_body_are_sent_each_time()
    {
        var seen = new List<string>();
        bench.Handler.Before = async (request, token) => seen.Add(request.Method + " " + request.Headers.GetValues("X-Trace").Single() + " " + request.Content!.Headers.ContentType + " " + await request.Content.ReadAsStringAsync(token));
        await bench.SendAsync(Get() with
        {
            Method = "POST",
            Headers = [new("X-Trace", "1"), new("Content-Type", "application/json")],
            Content = () => new StringContent("{}"),
        });

        Assert.Equal(["POST 1 application/json {}", "POST 1 application/json {}"], seen);
    }

    [Theory]
    [InlineData("Authorization", "Bearer x")]
    [InlineData("Host", "elsewhere.example.com")]
    [InlineData("X-Trace", "a\r\nX-Other: b")]
    [InlineData("X Trace", "a")]
    [InlineData("X-Tr\u00e4ce", "a")]
    [InlineData("", "a")]
    [InlineData("X:", "a")]
    [InlineData("X-Trace", "caf\u00e9")]
    [InlineData("X-Trace", "\u20ac")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("Content-Length", "7")]
    public async Task A_header_that_is_not_the_callers_is_refused(string name, string value)
    {
        await Assert.ThrowsAsync<ConfigException>(() => bench.SendAsync(Get() with { Headers = [new(name, value)] }));

        Assert.Equal(0, bench.Seller.Requests);
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("connect")]
    [InlineData("GE T")]
    [InlineData("")]
    public async Task A_method_that_cannot_be_sent_is_refused(string method)
    {
        Assert.Equal("Method", (await Assert.ThrowsAsync<ConfigException>(() => bench.SendAsync(Get() with { Method = method }))).Field);

        Assert.Equal(0, bench.Seller.Requests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_maximum_age_that_is_not_positive_is_refused(int seconds)
    {
        await bench.SendAsync();

        Assert.Equal("CacheTtl", (await Assert.ThrowsAsync<ConfigException>(() => bench.SendAsync(Get() with { CacheTtl = TimeSpan.FromSeconds(seconds) }))).Field);
        Assert.Equal(1, bench.Ledger.Payments);
    }

    [Fact]
    public async Task A_quote_tells_the_price_and_pays_nothing()
    {
        var quote = await bench.Client.QuoteAsync(Get());
        var tooMuch = await bench.Client.QuoteAsync(Get() with { MaxSpend = new Msats(10) });

        Assert.Equal((402, 5000L, null, L402CacheStatus.Miss), (quote.StatusCode, quote.Amount!.Value.Value, quote.Denial, quote.CacheStatus));
        Assert.Equal(DenyReasonCodes.AmountOverCap, tooMuch.Denial!.Code);
        Assert.Equal(0, bench.Payer.Calls);
        Assert.Empty(await bench.Store.ListAsync(new(), default));
    }

    [Fact]
    public async Task A_payment_that_certainly_failed_is_not_counted_and_may_be_tried_again()
    {
        bench.Payer.OnPay = (_, _) => Task.FromResult(PaymentResult.Failed("no_route", "no way to the payee"));
        var failed = await Assert.ThrowsAsync<L402PaymentFailedException>(() => bench.SendAsync());
        bench.Payer.OnPay = null;
        await bench.SendAsync();

        Assert.Equal(("no_route", 1), (failed.Code, bench.Ledger.Payments));
        Assert.Contains("-FeeLimitMsats", failed.Remedy, StringComparison.Ordinal);
        Assert.Contains("does not know the payee", failed.Remedy, StringComparison.Ordinal);
        Assert.Equal(5000, (await bench.Store.ReportSpendingAsync(new SpendLimits(), default)).HourMsats);
    }

    [Fact]
    public async Task What_is_pending_says_what_to_look_for_and_what_to_do()
    {
        bench.Payer.OnPay = (_, _) => Task.FromResult(PaymentResult.Pending("payment_pending", "in flight"));

        var pending = await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());

        var hash = bench.Payer.Last!.PaymentHash!;
        Assert.Equal((hash, bench.Time.GetUtcNow() + TimeSpan.FromHours(1)), (pending.PaymentHash, pending.InvoiceExpiresAt));
        Assert.Contains(pending.PurchaseId + " was paid with ledger, payment hash " + hash.Hex + ", invoice payable until 2026-01-02T04:04:05Z", pending.Message, StringComparison.Ordinal);
        Assert.Contains("Remove-L402Credential " + pending.PurchaseId + " -Force", pending.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain(bench.Payer.Last.Invoice, pending.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Of_a_payment_written_down_without_the_wallets_place_a_proof_counts_and_a_No_does_not(bool isPaid, int payments)
    {
        bench.Payer.OnPay = (payment, _) => Task.FromResult(isPaid ? Later(bench.Payer.Pay(payment)) : PaymentResult.Pending("payment_pending", "in flight"));
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        bench.With(options => options with { WalletPlace = "wallet.example.com" }).Payer.OnPay = null;

        var found = await Record.ExceptionAsync(() => bench.SendAsync());

        Assert.Equal((isPaid, payments), (found is null, bench.Ledger.Payments));
        Assert.Equal(isPaid ? PurchaseState.Paid : PurchaseState.Pending, Assert.Single(await bench.Store.ListAsync(new(), default)).State);

        static PaymentResult Later(PaymentResult paid) => PaymentResult.Pending("payment_pending", "in flight since " + paid.PaymentId);
    }

    [Theory]
    [InlineData(5000, 1)]
    [InlineData(4999, 0)]
    public async Task What_is_left_for_routing_is_not_for_the_seller(long maxPrice, int payments)
    {
        bench.Payer.FeeLimit = 5000;

        var denied = await Record.ExceptionAsync(() => bench.SendAsync(Get() with { MaxPrice = new Msats(maxPrice), MaxSpend = new Msats(10_000) })) as L402PaymentDeniedException;

        Assert.Equal((payments, payments == 1 ? null : DenyReasonCodes.AmountOverCap), (bench.Ledger.Payments, denied?.Code));
    }

    [Fact]
    public async Task While_a_payment_is_pending_nothing_else_is_bought_there()
    {
        bench.Payer.OnPay = bench.Payer.OnLookUp = (_, _) => Task.FromResult(PaymentResult.Pending("payment_pending", "in flight"));
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        bench.Time.Advance(TimeSpan.FromDays(3));
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync(Get() with { ForceRefresh = true }));

        Assert.Equal(1, bench.Payer.Calls);
        Assert.Equal(5000, (await bench.Store.ReportSpendingAsync(new SpendLimits(), default)).HourMsats);
    }

    [Fact]
    public async Task A_pending_payment_that_settles_is_used_and_not_paid_again()
    {
        bench.Payer.OnPay = (payment, _) =>
        {
            bench.Payer.Pay(payment);
            return Task.FromResult(PaymentResult.Pending("payment_pending", "in flight"));
        };
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        var (later, _) = await bench.SendAsync();

        Assert.Equal((200, 1, 1), (later.StatusCode, bench.Payer.Calls, bench.Ledger.Payments));
        Assert.Equal((5000L, 0L), (later.Amount!.Value.Value, later.Fee!.Value.Value));
    }

    [Fact]
    public async Task A_pending_payment_is_waited_for_as_long_as_asked()
    {
        bench.Ledger.Expiry = TimeSpan.FromDays(36500);
        using var client = new L402Client(
            bench.Options with { PendingWait = TimeSpan.FromMinutes(1), PendingPoll = TimeSpan.FromMilliseconds(1) }, bench.Payer, bench.Store, bench.Handler, TimeProvider.System);
        var looks = 0;
        bench.Payer.OnPay = (_, _) => Task.FromResult(PaymentResult.Pending("payment_pending", "in flight"));
        bench.Payer.OnLookUp = (payment, _) => Task.FromResult(++looks < 3 ? PaymentResult.Pending("payment_pending", "in flight") : bench.Payer.Pay(payment));
        using var response = await client.SendAsync(Get());

        Assert.Equal((200, 3), (response.StatusCode, looks));
    }

    [Fact]
    public async Task A_preimage_that_is_not_the_invoices_is_neither_sent_nor_kept()
    {
        bench.Payer.OnPay = bench.Payer.OnLookUp = (_, _) => Task.FromResult(PaymentResult.Paid("pay", new Msats(5000), Preimage.FromBytes(new byte[32])));
        await Assert.ThrowsAsync<L402PreimageMismatchException>(() => bench.SendAsync());
        await Assert.ThrowsAsync<L402PreimageMismatchException>(() => bench.SendAsync());

        Assert.Equal(1, bench.Payer.Calls);
        Assert.Empty(bench.Seller.Authorizations);
    }

    [Fact]
    public async Task After_a_wrong_preimage_the_right_one_ends_the_purchase()
    {
        bench.Payer.OnPay = (_, _) => Task.FromResult(PaymentResult.Paid("pay", new Msats(5000), Preimage.FromBytes(new byte[32])));
        var wrong = await Assert.ThrowsAsync<L402PreimageMismatchException>(() => bench.SendAsync());
        Assert.Contains("Remove-L402Credential " + wrong.Purchase.PurchaseId + " -Force", wrong.Remedy, StringComparison.Ordinal);
        bench.Payer.OnLookUp = (payment, _) => Task.FromResult(bench.Payer.Pay(payment));

        var (later, _) = await bench.SendAsync();

        Assert.Equal((200, 1), (later.StatusCode, bench.Payer.Calls));
    }

    [Theory]
    [InlineData("wallet-executor", "the same invoice is sent to it again, under the same request id")]
    [InlineData("lnd", "It checks the payment before it pays anything")]
    public async Task The_advice_for_an_unclear_payment_fits_the_wallet(string wallet, string advice)
    {
        bench.Payer.Name = wallet;
        bench.Payer.OnPay = (_, _) => Task.FromResult(PaymentResult.Pending("wallet_executor_http_500", "no"));

        var pending = await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());

        Assert.Contains(advice, pending.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500_000, 500_000, "more than the ")]
    [InlineData(1, 5000, "is counted")]
    [InlineData(5000, 5000, null)]
    public async Task A_wallet_that_reports_another_amount_than_asked_is_a_warning_and_one_amount_is_told(long reported, long counted, string? warning)
    {
        var told = new List<L402Step>();
        bench.With(options => options with { Progress = new Steps(told) });
        bench.Payer.OnPay = (payment, _) => Task.FromResult(bench.Payer.Pay(payment) with { Amount = new Msats(reported), Fee = new Msats(0) });

        var (response, _) = await bench.SendAsync();

        var purchase = Assert.Single(await bench.Store.ListAsync(new PurchaseQuery(), default));
        Assert.Equal((counted, counted), (response.Amount!.Value.Value, purchase.Spent!.Value));
        if (warning is null)
        {
            Assert.DoesNotContain(told, step => step.Name == L402Step.Warning);
        }
        else
        {
            var said = Assert.Single(told, step => step.Name == L402Step.Warning).Text;
            Assert.Contains(warning, said, StringComparison.Ordinal);
            Assert.Contains("reports " + reported.ToString(System.Globalization.CultureInfo.InvariantCulture) + " msat", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_earlier_payment_is_asked_of_the_wallet_that_made_it()
    {
        bench.Payer.OnPay = (_, _) => Task.FromResult(PaymentResult.Pending("payment_pending", "in flight"));
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        bench.Payer.Name = "another";
        bench.Payer.OnPay = null;
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());

        Assert.Equal(0, bench.Ledger.Payments);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_somebody_else_paid_or_is_paying_is_not_this_purchases(bool isPaid)
    {
        bench.Payer.OnLookBefore = (payment, _) => Task.FromResult(isPaid ? PaymentResult.Paid("old", 5000, bench.Ledger.GetPreimage(payment.Invoice)) : PaymentResult.InFlight("in flight"));

        var denied = await Assert.ThrowsAsync<L402PaymentDeniedException>(() => bench.SendAsync());

        Assert.Equal((DenyReasonCodes.InvoiceAlreadyPaid, 0), (denied.Code, bench.Payer.Calls));
        Assert.Empty(bench.Seller.Authorizations);
        Assert.Equal(0, (await bench.Store.ReportSpendingAsync(new SpendLimits(), default)).HourMsats);
        Assert.Equal(PurchaseState.Failed, Assert.Single(await bench.Store.ListAsync(new(), default)).State);
    }

    [Fact]
    public async Task A_wallet_that_cannot_look_before_is_sent_nothing()
    {
        bench.Payer.OnLookBefore = (_, _) => Task.FromResult(PaymentResult.Pending("not_lnd", "the answer is not from LND"));

        var failed = await Assert.ThrowsAsync<L402PaymentFailedException>(() => bench.SendAsync());

        Assert.Equal(("not_lnd", 0), (failed.Code, bench.Payer.Calls));
        Assert.Equal(PurchaseState.Failed, Assert.Single(await bench.Store.ListAsync(new(), default)).State);
    }

    [Fact]
    public async Task What_was_seen_in_flight_is_waited_for_and_given_up_only_where_a_second_payment_is_allowed()
    {
        bench.Payer.OnPay = bench.Payer.OnLookUp = (_, _) => Task.FromResult(PaymentResult.InFlight("in flight"));
        var pending = await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        bench.Time.Advance(TimeSpan.FromDays(2));
        bench.Payer.OnLookUp = null;
        var forgotten = await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());

        Assert.Equal((true, "payment_forgotten", true), (pending.IsInFlight, forgotten.Code, forgotten.IsInFlight));
        Assert.StartsWith("Wait", pending.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("-Force", pending.Remedy + forgotten.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("payable until", pending.Message, StringComparison.Ordinal);
        Assert.False(await bench.Store.RemoveAsync(pending.PurchaseId!, force: true, default));
        Assert.True(await bench.Store.RemoveAsync(pending.PurchaseId!, force: true, allowSecondPayment: true, default));
    }

    [Fact]
    public async Task A_hold_invoice_that_the_wallet_still_holds_after_it_expired_is_waited_for_and_never_bought_again()
    {
        bench.Payer.OnPay = bench.Payer.OnLookUp = (_, _) => Task.FromResult(PaymentResult.InFlight("in flight"));
        var pending = await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        bench.Time.Advance(TimeSpan.FromDays(2));

        var expired = await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());

        Assert.Equal((true, 1, pending.PurchaseId), (expired.IsInFlight, bench.Payer.Calls, expired.PurchaseId));
        Assert.StartsWith("Wait", expired.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("Remove-L402Credential", expired.Remedy, StringComparison.Ordinal);
        Assert.False(await bench.Store.RemoveAsync(pending.PurchaseId!, force: true, default));
    }

    [Fact]
    public async Task A_purchase_whose_process_died_before_it_was_sent_was_never_paid()
    {
        var asked = new TaskCompletionSource();
        bench.Payer.OnLookBefore = (_, _) =>
        {
            asked.SetResult();
            return new TaskCompletionSource<PaymentResult>().Task;
        };
        _ = bench.Client.SendAsync(Get());
        await asked.Task;
        bench.Restart();
        bench.Time.Advance(TimeSpan.FromMinutes(2));
        bench.Payer.OnLookBefore = null;
        await bench.SendAsync();

        Assert.Equal((1, 1), (bench.Payer.Calls, bench.Ledger.Payments));
        Assert.Equal([PurchaseState.Paid, PurchaseState.Failed], (await bench.Store.ListAsync(new(), default)).Select(purchase => purchase.State));
    }

    [Fact]
    public async Task That_the_node_cannot_be_told_from_another_is_said_once()
    {
        var told = new List<L402Step>();
        bench.With(options => options with { Progress = new Steps(told) });
        bench.Payer.OnLookBefore = (payment, _) => Task.FromResult(bench.Payer.LookUp(payment) with { IsNodeHidden = true });
        await bench.SendAsync(Get("https://shop.example.com/a"));
        await bench.SendAsync(Get("https://shop.example.com/b"));

        Assert.Contains("GetInfo", Assert.Single(told, step => step.Name == L402Step.Warning).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_of_another_payment_is_refused_before_the_payment(bool isOfAnother)
    {
        bench.Seller.WriteChallenge = (_, invoice) => "L402 macaroon=\"" + TokenFor(isOfAnother ? bench.Ledger.Mint(5000) : invoice, "services=one:0") + "\", invoice=\"" + invoice + "\"";

        var quote = await bench.Client.QuoteAsync(Get());
        var denied = await Record.ExceptionAsync(() => bench.SendAsync()) as L402PaymentDeniedException;

        Assert.Equal(isOfAnother ? DenyReasonCodes.TokenNotOfInvoice : null, quote.Denial?.Code);
        Assert.Equal(isOfAnother ? DenyReasonCodes.TokenNotOfInvoice : null, denied?.Code);
        Assert.Equal(isOfAnother ? 0 : 1, bench.Ledger.Payments);
    }

    [Fact]
    public async Task A_credential_says_when_it_ends_and_what_it_is_good_for()
    {
        bench.Seller.WriteChallenge = (_, invoice) => "L402 macaroon=\"" + TokenFor(invoice, "services=one:0", "one_capabilities=read,write", "one_valid_until=1800000000") + "\", invoice=\"" + invoice + "\"";
        await Record.ExceptionAsync(() => bench.SendAsync());

        var token = Assert.Single(await bench.Store.DescribeAsync(new(), default)).Token!;
        Assert.Equal(("one:0", "read write", DateTimeOffset.FromUnixTimeSeconds(1_800_000_000)), (token.Services, string.Join(' ', token.Capabilities), token.ExpiresAt!.Value));

        // Without the key its cost is still known.
        bench.Store.Dispose();
        System.IO.File.Delete(bench.StorePath + ".key");
        bench.Restart();
        Assert.Equal((null, 5000L), Assert.Single(await bench.Store.DescribeAsync(new(), default)) is var purchase ? (purchase.Token, purchase.Spent!.Value) : default);
    }

    [Theory]
    [InlineData("one_valid_until=1800000000|one_valid_until=1790000000", 1_790_000_000L, true)]
    [InlineData("expiration=1800000000000", 1_800_000_000L, true)]
    [InlineData("one_capabilities=read", null, true)]
    [InlineData("other_valid_until=1", null, true)]
    [InlineData("one_valid_until=soon", null, false)]
    [InlineData("one_valid_until=99999999999999999999", null, false)]
    [InlineData("one_valid_until=1800000000|valid_until=soon", 1_800_000_000L, false)]
    [InlineData(null, null, false)]
    public async Task The_end_of_a_credential_is_stated_or_none_or_not_known(string? caveats, long? end, bool isKnown)
    {
        bench.Seller.WriteChallenge = (token, invoice) => "L402 macaroon=\"" + (caveats is null ? token : TokenFor(invoice, ["services=one:0", .. caveats.Split('|')])) + "\", invoice=\"" + invoice + "\"";
        await Record.ExceptionAsync(() => bench.SendAsync());

        var purchase = Assert.Single(await bench.Store.DescribeAsync(new(), default));
        Assert.Equal((end, isKnown), (purchase.ValidUntil?.ToUnixTimeSeconds(), purchase.IsEndKnown));
        Assert.False(Assert.Single(await bench.Store.ListAsync(new(), default)).IsEndKnown);
    }

    [Fact]
    public async Task A_credential_of_a_charge_ends_with_its_challenge()
    {
        bench.Seller.Charges = true;
        await bench.SendAsync();

        var purchase = Assert.Single(await bench.Store.DescribeAsync(new(), default));
        Assert.Equal((bench.Time.GetUtcNow().AddMinutes(15), true), (purchase.ValidUntil!.Value, purchase.IsEndKnown));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wallet_without_a_look_up_is_not_sent_an_invoice_whose_challenge_has_expired(bool charges)
    {
        bench.Ledger.Expiry = TimeSpan.FromDays(1);
        bench.Seller.Charges = charges;
        if (!charges)
        {
            var end = bench.Time.GetUtcNow().AddMinutes(15).ToUnixTimeSeconds();
            bench.Seller.WriteChallenge = (_, invoice) => "L402 macaroon=\"" + TokenFor(invoice, "services=one:0", "one_valid_until=" + end) + "\", invoice=\"" + invoice + "\"";
        }

        bench.Payer.CanLookUp = false;
        bench.Payer.OnPay = (_, _) => Task.FromResult(PaymentResult.Pending("timeout", "no answer"));
        bench.Payer.OnLookUp = (payment, _) => Task.FromResult(bench.Payer.Pay(payment));
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        bench.Time.Advance(TimeSpan.FromMinutes(15));

        var pending = await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        Assert.Equal((charges ? "challenge_expired" : DenyReasonCodes.TokenExpired, 0), (pending.Code, bench.Ledger.Payments));
        Assert.StartsWith("Search the wallet for the payment hash.", pending.Remedy, StringComparison.Ordinal);
        Assert.Contains("payment hash " + pending.PaymentHash!.Hex, pending.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PurchaseState.Pending)]
    [InlineData(PurchaseState.Unproven)]
    [InlineData(PurchaseState.Paying)]
    public async Task A_quote_names_the_purchase_that_is_not_finished(PurchaseState state)
    {
        bench.Payer.OnPay = state switch
        {
            PurchaseState.Pending => (_, _) => Task.FromResult(PaymentResult.Pending("payment_pending", "in flight")),
            PurchaseState.Unproven => (_, _) => Task.FromResult(PaymentResult.Paid("p", null, Preimage.FromBytes(new byte[32]))),
            _ => async (_, token) =>
            {
                var quote = await bench.Client.QuoteAsync(Get(), token);
                Assert.Equal(PurchaseState.Paying, quote.Unfinished!.State);
                return PaymentResult.Failed("no_route", "no way");
            },
        };
        await Assert.ThrowsAnyAsync<LightningOpsException>(() => bench.SendAsync());

        var known = await bench.Client.QuoteAsync(Get());
        Assert.Equal(state == PurchaseState.Paying ? null : (state, 5000L, "shop.example.com /goods"), known.Unfinished is { } earlier ? (earlier.State, earlier.Reserved, earlier.For.ToString()) : default((PurchaseState, long, string)?));
        Assert.Null((await bench.Client.QuoteAsync(Get("https://shop.example.com/other"))).Unfinished);

        // The answer without a charge does not change that a request would look for the payment first.
        bench.Seller.Price = 0;
        Assert.Equal(state != PurchaseState.Paying, (await bench.Client.QuoteAsync(Get())).Unfinished is not null);
    }

    [Fact]
    public async Task A_quote_names_the_unfinished_purchase_of_the_service_at_another_path()
    {
        bench.Seller.WriteChallenge = (_, invoice) => "L402 macaroon=\"" + TokenFor(invoice, "services=one:0") + "\", invoice=\"" + invoice + "\"";
        bench.Payer.OnPay = (_, _) => Task.FromResult(PaymentResult.Pending("payment_pending", "in flight"));
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync(Get("https://shop.example.com/a")));

        Assert.Equal("/a", (await bench.Client.QuoteAsync(Get("https://shop.example.com/b"))).Unfinished!.For.Scope);
        Assert.Null((await bench.Client.QuoteAsync(Get("https://shop.example.com/b") with { Scope = "mine" })).Unfinished);
    }

    [Fact]
    public async Task A_service_that_refuses_what_it_sold_sells_at_no_other_path_until_that_is_allowed()
    {
        bench.Seller.WriteChallenge = (_, invoice) => "L402 macaroon=\"" + TokenFor(invoice, "services=one:0") + "\", invoice=\"" + invoice + "\"";
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => bench.SendAsync(Get("https://shop.example.com/a")));

        var refused = await Assert.ThrowsAsync<L402CredentialRejectedException>(() => bench.SendAsync(Get("https://shop.example.com/b")));
        var denied = await Assert.ThrowsAsync<L402PaymentDeniedException>(() => bench.SendAsync(Get("https://shop.example.com/b") with { Scope = "mine" }));
        Assert.StartsWith("shop.example.com /b answered 402 to the credential that was paid for /a.", refused.Message, StringComparison.Ordinal);
        Assert.Equal((DenyReasonCodes.ServiceRefuses, 1), (denied.Code, bench.Ledger.Payments));
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => bench.SendAsync(Get("https://other.example.com/b")));
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => bench.SendAsync(Get("https://shop.example.com/b") with { AllowRebuy = true }));
        Assert.Equal(3, bench.Ledger.Payments);
    }

    [Fact]
    public async Task The_free_way_is_named_before_what_pays_again()
    {
        bench.Seller.Refusal = 401;
        var asParameters = await Assert.ThrowsAsync<L402CredentialRejectedException>(() => bench.SendAsync(Get() with { AuthorizationFormat = L402AuthorizationFormat.Params }));
        var asPair = await Assert.ThrowsAsync<L402CredentialRejectedException>(() => bench.SendAsync());

        Assert.StartsWith("First repeat the request with the credential in the other format, which costs nothing: without -AuthorizationFormat.", asParameters.Remedy, StringComparison.Ordinal);
        Assert.Contains("with -AuthorizationFormat Params.", asPair.Remedy, StringComparison.Ordinal);
        Assert.Equal(1, bench.Ledger.Payments);
    }

    [Fact]
    public async Task The_time_limit_of_a_call_counts_the_payment()
    {
        bench.With(options => options with { CallTimeout = TimeSpan.FromSeconds(5) });
        var asked = new TaskCompletionSource();
        bench.Payer.OnPay = async (_, token) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        };
        var sending = bench.SendAsync();
        await asked.Task;
        bench.Time.Advance(TimeSpan.FromSeconds(5));

        var pending = await Assert.ThrowsAsync<L402PaymentPendingException>(() => sending);
        Assert.Equal(("timeout", PurchaseState.Pending), (pending.Code, Assert.Single(await bench.Store.ListAsync(new(), default)).State));
    }

    private static string TokenFor(string invoice, params string[] caveats)
    {
        var identifier = L402Identifier.Create(Bolt11Invoice.Parse(invoice).Hash, new byte[32]);
        return caveats.Aggregate(Macaroon.Mint(new byte[32], identifier), (token, caveat) => token.AddCaveat(Parsed.Caveat(caveat))).ToBase64();
    }

    private sealed class Steps(List<L402Step> told) : IProgress<L402Step>
    {
        public void Report(L402Step value) => told.Add(value);
    }

    [Fact]
    public async Task A_wallet_that_throws_may_have_paid()
    {
        bench.Payer.OnPay = (payment, _) =>
        {
            bench.Payer.Pay(payment);
            throw new HttpRequestException("gone");
        };
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        await bench.SendAsync();

        Assert.Equal(1, bench.Ledger.Payments);
    }

    [Fact]
    public async Task A_cancelled_payment_is_looked_for_by_the_next_request()
    {
        using var stop = new CancellationTokenSource();
        bench.Payer.OnPay = async (payment, token) =>
        {
            bench.Payer.Pay(payment);
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
            return null!;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.SendAsync(cancellationToken: stop.Token));
        var (later, _) = await bench.SendAsync();

        Assert.Equal((200, 1, 1), (later.StatusCode, bench.Payer.Calls, bench.Ledger.Payments));
    }

    [Fact]
    public async Task What_was_seen_in_flight_before_the_call_was_stopped_is_not_paid_again_when_the_wallet_forgets_it()
    {
        using var stop = new CancellationTokenSource();
        bench.Payer.OnPay = async (payment, token) =>
        {
            await payment.WhenSeen!();
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
            return null!;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.SendAsync(null, stop.Token));
        bench.Payer.OnPay = null;
        bench.Time.Advance(TimeSpan.FromDays(2));

        var forgotten = await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        Assert.Equal((true, "payment_forgotten", 1), (forgotten.IsInFlight, forgotten.Code, bench.Payer.Calls));
    }

    [Fact]
    public async Task A_connection_lost_after_the_payment_loses_nothing()
    {
        bench.Handler.Before = (request, _) => request.Headers.Contains("Authorization") ? throw new HttpRequestException("gone") : Task.CompletedTask;
        var lost = await Assert.ThrowsAsync<L402TransportException>(() => bench.SendAsync());
        Assert.Contains("Paid: 5000 msat of purchase pur_", lost.Message, StringComparison.Ordinal);
        bench.Handler.Before = null;
        var (later, _) = await bench.SendAsync();

        Assert.Equal((200, L402CacheStatus.Hit, 1), (later.StatusCode, later.CacheStatus, bench.Ledger.Payments));
    }

    [Fact]
    public async Task Without_a_wallet_what_was_bought_is_used_and_nothing_is_bought()
    {
        await bench.SendAsync();
        using var poor = new L402Client(bench.Options, null, bench.Store, bench.Handler, bench.Time);
        using var response = await poor.SendAsync(Get());
        var denied = await Assert.ThrowsAsync<L402PaymentDeniedException>(() => poor.SendAsync(Get("https://shop.example.com/other")));

        Assert.Equal((200, DenyReasonCodes.NoPayer), (response.StatusCode, denied.Code));
    }

    [Fact]
    public async Task The_time_limit_of_an_answer_is_the_clients()
    {
        bench.Handler.Before = (_, token) => Task.Delay(Timeout.Infinite, token);
        var sending = bench.SendAsync();
        while (!sending.IsCompleted)
        {
            bench.Time.Advance(TimeSpan.FromSeconds(50));
            await Task.Yield();
        }

        Assert.Equal("timeout", (await Assert.ThrowsAsync<L402TransportException>(() => sending)).Reason);
    }

    [Fact]
    public async Task A_payment_of_a_process_that_still_runs_is_not_given_up_on_the_wallets_no()
    {
        // It no longer holds a lease, and may still ask the wallet, which does not know the payment now.
        var asked = new TaskCompletionSource();
        bench.Payer.OnPay = (_, _) =>
        {
            asked.SetResult();
            return new TaskCompletionSource<PaymentResult>().Task;
        };
        _ = bench.Client.SendAsync(Get());
        await asked.Task;
        bench.Restart(ownerIsAlive: true);
        bench.Payer.OnPay = null;
        bench.Time.Advance(TimeSpan.FromMinutes(2));
        var failure = await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        Assert.Contains("another process is paying", failure.Message);

        bench.Time.Advance(TimeSpan.FromHours(1));
        await bench.SendAsync();
        Assert.Equal(1, bench.Ledger.Payments);
    }
}
