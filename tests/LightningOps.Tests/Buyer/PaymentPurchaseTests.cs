using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.L402;
using LightningOps.L402.Challenges;
using LightningOps.Payments.Simulation;
using LightningOps.Tests.L402.Bolt11;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Buyer;

/// <summary>Buying with the Payment scheme: one payment and one credential for each request.</summary>
public sealed class PaymentPurchaseTests : IAsyncLifetime
{
    private readonly TimeProvider time = TimeProvider.System;
    private readonly SimulatedLightningNode node;
    private readonly SimulatedWallet wallet;
    private readonly PaymentSeller seller;
    private readonly CredentialStore store;
    private readonly List<L402Step> steps = [];
    private L402Client client;

    public PaymentPurchaseTests()
    {
        node = new SimulatedLightningNode(new SimulatedNodeOptions { Time = time, InvoiceExpiry = TimeSpan.FromHours(24) });
        wallet = new SimulatedWallet(node);
        seller = new PaymentSeller(node, time);
        store = CredentialStore.InMemory(time);
        client = Open();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        client.Dispose();
        store.Dispose();
        await seller.DisposeAsync();
    }

    [Fact]
    public async Task Each_request_is_paid_for_once_and_opened_with_its_own_credential()
    {
        seller.Serve = request => Reply.Json("{}", 200, ("Payment-Receipt", Base64UrlText.Encode(Encoding.UTF8.GetBytes("{\"status\":\"success\",\"method\":\"lightning\",\"timestamp\":\"2026-03-10T21:00:00Z\",\"reference\":\"ab\"}"))));

        using var first = await client.SendAsync(Request());
        using var second = await client.SendAsync(Request());

        await ResponseBody.ReadAsync(first, 1000, default);
        await ResponseBody.ReadAsync(second, 1000, default);

        Assert.Equal((200, 200, 5000L, 5000L), (first.StatusCode, second.StatusCode, first.Amount!.Value.Value, second.Amount!.Value.Value));
        Assert.Equal((2, 2), (wallet.Payments, seller.Opened));
        Assert.Equal(("success", "ab"), (first.Receipt!.Status, first.Receipt.Reference));
        Assert.All(await PurchasesAsync(), purchase => Assert.Equal((PurchaseState.Invalid, SingleUseCodes.Used), (purchase.State, purchase.Code)));
    }

    [Theory]
    [InlineData("Café ₿ 😀")]
    [InlineData("one, two=three 'x'")]
    public async Task A_realm_of_any_letters_is_echoed_as_the_server_wrote_it(string realm)
    {
        seller.Realm = realm;

        using var answer = await client.SendAsync(Request());

        Assert.Equal((200, 1, 1), (answer.StatusCode, wallet.Payments, seller.Opened));
    }

    [Fact]
    public async Task Concurrent_requests_never_share_a_credential()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.SendAsync(Request())));

        Assert.All(answers, answer => Assert.Equal(200, answer.StatusCode));
        Assert.Equal((12, 12, 12), (wallet.Payments, seller.Opened, answers.Select(answer => answer.PurchaseId).Distinct().Count()));
    }

    [Fact]
    public async Task A_credential_that_got_no_answer_is_sent_again_and_not_paid_again()
    {
        seller.Serve = _ => Reply.Raw([1, 2, 3, 13, 10]);
        var unanswered = await Assert.ThrowsAsync<L402TransportException>(() => client.SendAsync(Request()));
        Assert.Contains("Paid: 5000 msat of purchase " + (await PurchasesAsync()).Single().PurchaseId, unanswered.Message, StringComparison.Ordinal);

        var failure = await Assert.ThrowsAsync<L402CredentialRejectedException>(() => client.SendAsync(Request()));

        Assert.Contains("5000 msat are lost", failure.Message, StringComparison.Ordinal);
        Assert.Contains("The credential was used before", failure.Message, StringComparison.Ordinal);
        Assert.Equal((1, PurchaseState.Rejected), (wallet.Payments, (await PurchasesAsync()).Single().State));
    }

    [Fact]
    public async Task A_credential_bought_and_not_sent_is_used_by_the_next_request()
    {
        // The process ended between the payment and the request.
        var paid = await BuyWithoutSendingAsync();

        using var answer = await client.SendAsync(Request());

        Assert.Equal((200, paid, null, 1), (answer.StatusCode, answer.PurchaseId, answer.Amount, wallet.Payments));
    }

    [Fact]
    public async Task A_refused_credential_is_not_replaced_by_a_purchase_unless_that_is_allowed()
    {
        seller.Serve = _ => Reply.Json("{\"title\":\"no\"}", 402);
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => client.SendAsync(Request()));
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => client.SendAsync(Request()));
        Assert.Equal(1, wallet.Payments);

        seller.Serve = _ => Reply.Json("{}");
        using var answer = await client.SendAsync(Request() with { AllowRebuy = true });

        Assert.Equal((200, 2), (answer.StatusCode, wallet.Payments));
        Assert.Equal((PurchaseState.Rejected, "refused_replaced", true), (await PurchasesAsync()).Where(purchase => purchase.PurchaseId != answer.PurchaseId).Select(static purchase => (purchase.State, purchase.Code, purchase.ProofReference is not null)).Single());
        await ResponseBody.ReadAsync(answer, 1000, default);

        // The lost one does not stand in the way of the next purchase.
        using var next = await client.SendAsync(Request());
        Assert.Equal((200, 3), (next.StatusCode, wallet.Payments));
    }

    [Theory]
    [InlineData("{\"title\":\"no\",\"detail\":\"\\ud800\"}")]
    [InlineData("[1]")]
    [InlineData("{")]
    public async Task A_refusal_with_a_reason_that_cannot_be_read_is_a_refusal(string problem)
    {
        seller.Serve = _ => Reply.Problem(problem, 402);

        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => client.SendAsync(Request()));

        Assert.Equal((PurchaseState.Rejected, SingleUseCodes.Refused), ((await PurchasesAsync()).Single().State, (await PurchasesAsync()).Single().Code));
    }

    [Fact]
    public async Task What_was_consumed_and_not_delivered_is_recorded_as_a_loss()
    {
        seller.Serve = _ => Reply.Status(500);

        using var answer = await client.SendAsync(Request());

        Assert.Equal(500, answer.StatusCode);
        Assert.Equal((PurchaseState.Rejected, SingleUseCodes.NotDelivered), ((await PurchasesAsync()).Single().State, (await PurchasesAsync()).Single().Code));
        Assert.Contains(steps, step => step.Name == L402Step.Warning && step.Text.Contains("5000 msat", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_with_headers_over_the_limit_is_named_so_before_and_after_the_payment()
    {
        var large = ("X-Large", new string('x', 90_000));
        await using var free = new LoopbackServer(_ => Task.FromResult(Reply.Status(402, large)));
        var before = await Assert.ThrowsAsync<L402TransportException>(() => client.SendAsync(new L402Request { Uri = new Uri(free.Url) }));
        seller.Serve = _ => Reply.Json("{}", 200, large);
        var after = await Assert.ThrowsAsync<L402TransportException>(() => client.SendAsync(Request()));

        Assert.Equal(("answer_headers_too_large", "answer_headers_too_large"), (before.Reason, after.Reason));
        Assert.DoesNotContain("Check the address", before.Remedy + after.Remedy, StringComparison.Ordinal);
        Assert.Contains("Repeating the request does not help", before.Remedy, StringComparison.Ordinal);
        Assert.Contains("5000 msat of purchase " + (await PurchasesAsync()).Single().PurchaseId + " are lost", after.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("broken")]
    [InlineData("cut gzip")]
    [InlineData("damaged gzip")]
    [InlineData("too long")]
    [InlineData("announced too long")]
    [InlineData("stopped")]
    [InlineData("file")]
    public async Task A_body_that_did_not_arrive_is_a_loss_and_is_not_paid_again_without_permission(string way)
    {
        seller.Serve = _ => way switch
        {
            "broken" or "file" => Reply.Truncated("{\"goods\":1"),
            "cut gzip" => Reply.Gzip("{\"goods\":1}", static body => body[..^9]),
            "damaged gzip" => Reply.Gzip("{\"goods\":1}", static body => [.. body[..^1], 7]),
            "too long" => Reply.Chunked("{\"goods\":1}", 4),
            "stopped" => Reply.StalledBody("{\"goods\":1}"),
            _ => Reply.Json("{\"goods\":1}"),
        };
        using var folder = new TemporaryFolder();
        string advice;
        string purchaseId;
        using (var answer = await client.SendAsync(Request()))
        {
            purchaseId = answer.PurchaseId!;
            switch (way)
            {
                case "damaged gzip":
                    var damage = await Assert.ThrowsAsync<L402TransportException>(() => ResponseBody.ReadAsync(answer, 1000, default));
                    Assert.Contains("body_damaged: the body cannot be decompressed. Paid: 5000 msat of purchase " + purchaseId, damage.Message, StringComparison.Ordinal);
                    break;
                case "broken" or "cut gzip":
                    var failure = await Assert.ThrowsAsync<L402TransportException>(() => ResponseBody.ReadAsync(answer, 1000, default));
                    Assert.StartsWith("GET " + seller.Url.GetLeftPart(UriPartial.Path) + " failed: body_truncated: ", failure.Message, StringComparison.Ordinal);
                    Assert.Contains(" arrived. Paid: 5000 msat of purchase " + purchaseId, failure.Message, StringComparison.Ordinal);
                    Assert.Equal(answer.RetryAdvice, failure.Remedy);
                    break;
                case "file":
                    // It could not be continued, so nothing is kept.
                    await Assert.ThrowsAsync<L402TransportException>(() => PartialBody.Find(folder.File("body"), seller.Url).SaveAsync(answer, 1000, null, default));
                    Assert.Empty(System.IO.Directory.GetFiles(folder.Path));
                    break;
                case "stopped":
                    using (var stop = new System.Threading.CancellationTokenSource(TimeSpan.FromMilliseconds(100)))
                    {
                        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ResponseBody.ReadAsync(answer, 1000, stop.Token));
                    }

                    break;
                default:
                    Assert.Null(await ResponseBody.ReadAsync(answer, 5, default));
                    break;
            }

            advice = answer.RetryAdvice;
        }

        Assert.StartsWith("5000 msat of purchase " + purchaseId + " are lost", advice, StringComparison.Ordinal);
        Assert.Equal((PurchaseState.Rejected, SingleUseCodes.NotDelivered), ((await PurchasesAsync()).Single().State, (await PurchasesAsync()).Single().Code));

        seller.Serve = _ => Reply.Json("{}");
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => client.SendAsync(Request()));
        Assert.Equal(1, wallet.Payments);

        using var again = await client.SendAsync(Request() with { AllowRebuy = true });
        Assert.Equal((200, 2), (again.StatusCode, wallet.Payments));
        Assert.NotNull(await store.FindProofAsync(purchaseId, default));

        // The loss was accepted; it does not prevent later purchases.
        using var later = await client.SendAsync(Request());
        Assert.Equal((200, 3), (later.StatusCode, wallet.Payments));
        Assert.Contains("Repeating the request pays again", later.RetryAdvice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_whose_body_may_not_have_been_delivered_is_sent_again_with_a_warning_and_not_paid_again()
    {
        using var folder = new TemporaryFolder();
        using var file = new CredentialStore(new CredentialStoreOptions { Path = folder.File("credentials.db"), Time = time, IsAlive = static _ => false });
        using var buyer = new L402Client(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) }, Progress = new Collect(steps) }, wallet, file, null, time);
        (await buyer.SendAsync(Request())).Dispose();
        Assert.DoesNotContain(steps, step => step.Name == L402Step.Warning);

        var failure = await Assert.ThrowsAsync<L402CredentialRejectedException>(() => buyer.SendAsync(Request()));

        var purchase = Assert.Single(await file.ListAsync(new PurchaseQuery(), default));
        Assert.Contains(steps, step => step.Name == L402Step.Warning && step.Text.Contains("It is not known whether the body was delivered. The same credential is sent again, and nothing is paid.", StringComparison.Ordinal));
        Assert.Contains("If the body is missing, 5000 msat of purchase " + purchase.PurchaseId + " are lost.", failure.Remedy, StringComparison.Ordinal);
        Assert.Equal((1, SingleUseCodes.DeliveryUnknown), (wallet.Payments, purchase.Code));
    }

    [Fact]
    public async Task Nothing_is_paid_after_the_challenge_has_expired_although_the_invoice_lasts_longer()
    {
        seller.Lifetime = TimeSpan.Zero;

        var denied = await Assert.ThrowsAsync<L402PaymentDeniedException>(() => client.SendAsync(Request()));

        Assert.Equal((DenyReasonCodes.InvoiceExpired, 0), (denied.Code, wallet.Payments));
    }

    [Theory]
    [InlineData("\"amount\":\"5\"", "\"amount\":\"4\"", L402ErrorCodes.ChallengeAmountMismatch)]
    [InlineData("\"amount\":\"5\"", "\"amount\":\"5.0\"", L402ErrorCodes.ChallengeAmountInvalid)]
    [InlineData("\"currency\":\"sat\"", "\"currency\":\"usd\"", L402ErrorCodes.ChallengePaymentInvalid)]
    [InlineData("\"paymentHash\":\"", "\"paymentHash\":\"00", L402ErrorCodes.ChallengePaymentInvalid)]
    [InlineData("\"invoice\":\"lnbcrt", "\"invoice\":\"lnbc1crt", L402ErrorCodes.InvoiceAmountMalformed)]
    [InlineData("{", "[", L402ErrorCodes.ChallengePaymentInvalid)]
    public async Task A_charge_that_contradicts_its_invoice_is_not_paid(string text, string other, string code)
    {
        seller.Alter = request => request.Replace(text, other, StringComparison.Ordinal);

        var failure = await Assert.ThrowsAsync<L402Exception>(() => client.SendAsync(Request()));

        Assert.Equal((code, 0), (failure.Code, wallet.Payments));
        Assert.Contains("Do not pay this", failure.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("macaroon", failure.Remedy, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_network_label_that_is_not_the_invoices_is_a_warning()
    {
        seller.Alter = request => request.Replace("regtest", "mainnet", StringComparison.Ordinal);

        using var answer = await client.SendAsync(Request());

        Assert.Equal(200, answer.StatusCode);
        Assert.Contains(steps, step => step.Name == L402Step.Warning && step.Text.Contains("Regtest", StringComparison.Ordinal));
    }

    [Fact]
    public async Task L402_comes_first_unless_the_request_says_otherwise()
    {
        seller.Other = Invoices.Challenge(7000);

        Assert.Equal((7000L, L402Scheme.L402), Offered(await client.QuoteAsync(Request())));
        Assert.Equal((7000L, L402Scheme.L402), Offered(await client.QuoteAsync(Request() with { Scheme = PaymentSchemeChoice.L402 })));
        Assert.Equal((5000L, L402Scheme.Payment), Offered(await client.QuoteAsync(Request() with { Scheme = PaymentSchemeChoice.Payment })));
    }

    [Fact]
    public async Task With_L402_alone_a_charge_is_named_and_not_paid()
    {
        var failure = await Assert.ThrowsAsync<L402OtherDemandException>(() => client.SendAsync(Request() with { Scheme = PaymentSchemeChoice.L402 }));

        Assert.Equal(("Payment", 0), (Assert.Single(failure.Demands).Scheme, wallet.Payments));
    }

    [Fact]
    public async Task Over_plain_http_to_another_machine_nothing_is_asked() =>
        Assert.Equal(DenyReasonCodes.InsecureTransport, (await Assert.ThrowsAsync<L402PaymentDeniedException>(() => client.SendAsync(Request() with { Uri = new Uri("http://shop.example.com/") }))).Code);

    private static (long? Msats, L402Scheme? Scheme) Offered(L402Quote quote) => (quote.Amount?.Value, quote.Challenge?.Scheme);

    private async Task<string> BuyWithoutSendingAsync()
    {
        using var answer = new System.Threading.CancellationTokenSource();
        var stopping = new L402Client(
            new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) }, Progress = new Stop(answer) }, wallet, store, null, time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopping.SendAsync(Request(), answer.Token));
        stopping.Dispose();
        return (await PurchasesAsync()).Single().PurchaseId;
    }

    private L402Client Open() => new(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) }, Progress = new Collect(steps) }, wallet, store, null, time);

    private L402Request Request() => new() { Uri = seller.Url };

    private Task<IReadOnlyList<Purchase>> PurchasesAsync() => store.ListAsync(new PurchaseQuery(), default);

    private sealed class Collect(List<L402Step> steps) : IProgress<L402Step>
    {
        public void Report(L402Step value)
        {
            lock (steps)
            {
                steps.Add(value);
            }
        }
    }

    private sealed class Stop(System.Threading.CancellationTokenSource stop) : IProgress<L402Step>
    {
        public void Report(L402Step value)
        {
            if (value.Name == "credential")
            {
                stop.Cancel();
            }
        }
    }
}
