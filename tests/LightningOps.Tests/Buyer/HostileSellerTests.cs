using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Macaroons;
using LightningOps.Observability;
using LightningOps.Payments;
using LightningOps.Tests.L402;
using LightningOps.Tests.L402.Bolt11;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Buyer;

/// <summary>Servers that want more than they are due, over real HTTP: nothing is paid.</summary>
public sealed class HostileSellerTests : IDisposable
{
    private readonly Ledger ledger = new(TimeProvider.System);
    private readonly LedgerPayer payer;
    private readonly CredentialStore store = CredentialStore.InMemory(TimeProvider.System);

    public HostileSellerTests() => payer = new LedgerPayer(ledger) { Network = Bolt11Network.Regtest };

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task A_smaller_amount_in_the_header_than_in_the_invoice() =>
        Assert.Equal(L402ErrorCodes.ChallengeAmountMismatch, (await FailureAsync<L402Exception>(Challenge(ledger.Mint(90_000), ", amount_msats=10"))).Code);

    [Fact]
    public async Task A_smaller_amount_under_the_other_name() =>
        Assert.Equal(L402ErrorCodes.ChallengeAmountMismatch, (await FailureAsync<L402Exception>(Challenge(ledger.Mint(90_000), ", amountmsats=10"))).Code);

    [Theory]
    [InlineData("lnbcrt0p1")]
    [InlineData("lnbcrt01")]
    [InlineData("lnbcrt0m1")]
    public async Task An_amount_of_zero_is_a_blank_cheque(string beginning)
    {
        // Even if an open amount is allowed and the header states one.
        var invoice = Bech32.Encode(beginning[..^1], Bech32.DecodeData(ledger.Mint(null), "lnbcrt", out _)!);
        var denied = await FailureAsync<L402PaymentDeniedException>(Challenge(invoice, ", amount_msats=10"), request => request with { AllowAmountless = true });

        Assert.Equal(DenyReasonCodes.AmountUnknown, denied.Code);
        Assert.Equal("Ask the seller for a new invoice. Do not pay this one.", denied.Remedy);
    }

    [Fact]
    public async Task An_absent_amount() =>
        Assert.Equal(DenyReasonCodes.AmountUnknown, (await FailureAsync<L402PaymentDeniedException>(Challenge(ledger.Mint(null)))).Code);

    [Fact]
    public async Task Digits_of_an_amount_past_the_separator_count_for_nothing()
    {
        // In lnbcrt1…1… the last 1 ends the readable part, and the text before it is not an amount of a known
        // network.
        var open = ledger.Mint(null);
        var smuggled = "lnbcrt10n1" + open["lnbcrt1".Length..];

        Assert.Equal(DenyReasonCodes.InvoiceInvalid, (await FailureAsync<L402PaymentDeniedException>(Challenge(smuggled))).Code);
        Assert.Equal(DenyReasonCodes.AmountUnknown, (await FailureAsync<L402PaymentDeniedException>(Challenge("lnbcrt1" + "0n" + open["lnbcrt1".Length..]))).Code);
    }

    [Fact]
    public async Task An_invoice_whose_checksum_does_not_hold()
    {
        var invoice = ledger.Mint(5000);
        var broken = invoice[..^1] + (invoice[^1] == 'q' ? 'p' : 'q');

        Assert.Equal(DenyReasonCodes.InvoiceInvalid, (await FailureAsync<L402PaymentDeniedException>(Challenge(broken))).Code);
    }

    [Fact]
    public async Task Another_network()
    {
        ledger.Network = Bolt11Network.Mainnet;
        Assert.Equal(DenyReasonCodes.WrongNetwork, (await FailureAsync<L402PaymentDeniedException>(Challenge(ledger.Mint(5000)))).Code);
    }

    [Fact]
    public async Task An_expired_invoice()
    {
        var invoice = Invoices.Simulated(5000).Encode();
        Assert.Equal(DenyReasonCodes.InvoiceExpired, (await FailureAsync<L402PaymentDeniedException>(Challenge(invoice))).Code);
    }

    [Fact]
    public async Task A_token_that_could_not_be_sent_back()
    {
        var reply = Reply.Status(402, ("WWW-Authenticate", "L402 macaroon=\"a b,c\", invoice=\"" + ledger.Mint(5000) + "\""));
        Assert.Equal(DenyReasonCodes.TokenInvalid, (await FailureAsync<L402PaymentDeniedException>(reply)).Code);
    }

    [Fact]
    public async Task No_challenge_at_all() =>
        Assert.Equal(L402ErrorCodes.ChallengeMissing, (await FailureAsync<L402Exception>(Reply.Status(402))).Code);

    [Theory]
    [InlineData("https://elsewhere.example.com/")]
    [InlineData("http://elsewhere.example.com/")]
    [InlineData("/goods-elsewhere")]
    public async Task A_redirect_is_given_back_and_not_followed(string location)
    {
        await using var server = new LoopbackServer().Enqueue(Reply.Status(302, ("Location", location)));
        using var client = Open();
        using var response = await client.SendAsync(Get(server));

        Assert.Equal((302, 1, 0), (response.StatusCode, server.Requests.Count, payer.Calls));
        Assert.Equal(location, response.Headers["location"][0]);
    }

    [Fact]
    public async Task A_redirect_of_a_paid_request_takes_no_credential_along()
    {
        await using var elsewhere = new LoopbackServer();
        await using var server = new LoopbackServer().Enqueue(Challenge(ledger.Mint(5000)), Reply.Status(307, ("Location", elsewhere.Url)));
        using var client = Open();
        using var response = await client.SendAsync(Get(server));

        Assert.Equal((307, 0), (response.StatusCode, elsewhere.Connections));
    }

    [Fact]
    public async Task A_handler_that_follows_redirects_all_the_same_is_found_out()
    {
        using var follower = new Follower();
        await using var elsewhere = new LoopbackServer().Enqueue(Challenge(ledger.Mint(5000)));
        await using var server = new LoopbackServer().Enqueue(Reply.Status(302, ("Location", elsewhere.Url + "/x")));
        using var client = Open(follower);
        var denied = await Assert.ThrowsAsync<L402PaymentDeniedException>(() => client.SendAsync(Get(server)));

        Assert.Equal((DenyReasonCodes.Redirected, 0), (denied.Code, payer.Calls));
        Assert.Throws<ArgumentException>(() => Open(new HttpClientHandler()));
    }

    [Fact]
    public async Task A_followed_redirect_of_a_paid_request_is_not_said_to_have_cost_nothing()
    {
        using var follower = new Follower();
        await using var elsewhere = new LoopbackServer(_ => Task.FromResult(Reply.Json("{}")));
        await using var server = new LoopbackServer().Enqueue(Challenge(ledger.Mint(5000)), Reply.Status(302, ("Location", elsewhere.Url + "/x")));
        var sink = new MemorySink();
        using var client = new L402Client(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) }, Observability = sink }, payer, store, follower);
        var denied = await Assert.ThrowsAsync<L402PaymentDeniedException>(() => client.SendAsync(Get(server)));

        Assert.Equal((DenyReasonCodes.Redirected, 1), (denied.Code, payer.Calls));
        Assert.Contains("the paid credential may have been sent along. Get-L402Credential lists what was paid", denied.Message);
        Assert.Null(Assert.Single(sink.Records).PaidAmountMsats);
    }

    [Fact]
    public async Task Headers_of_ten_megabytes()
    {
        await using var server = new LoopbackServer().Enqueue(Challenge(ledger.Mint(5000), ", junk=\"" + new string('x', 10_000_000) + "\""));
        using var client = Open();
        await Assert.ThrowsAsync<L402TransportException>(() => client.SendAsync(Get(server)));

        Assert.Equal(0, payer.Calls);
    }

    [Fact]
    public async Task A_challenge_larger_than_any()
    {
        var reply = Reply.Status(402, ("WWW-Authenticate", "Basic " + new string('x', 40_000)), ("www-authenticate", "L402 junk=\"" + new string('x', 20_000) + "\", invoice=" + ledger.Mint(5000)));
        var failure = await FailureAsync<LightningOpsException>(reply);

        Assert.True(failure is L402Exception or L402TransportException, failure.ToString());
    }

    [Fact]
    public async Task A_challenge_with_an_endless_body_is_not_read_to_its_end()
    {
        var invoice = ledger.Mint(5000);
        var written = 0L;
        await using var server = new LoopbackServer().Enqueue(
            Reply.Endless(402, bytes => Interlocked.Add(ref written, bytes), ("WWW-Authenticate", ChallengeText(invoice))),
            Reply.Json("{}"));
        using var client = Open();
        using var response = await client.SendAsync(Get(server)).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal((200, 1), (response.StatusCode, payer.Calls));
        Assert.True(Interlocked.Read(ref written) < 64_000_000, "took " + written + " bytes");
    }

    [Fact]
    public async Task An_endless_chain_of_challenges_is_paid_once()
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Challenge(ledger.Mint(5000))));
        using var client = Open();
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<L402CredentialRejectedException>(() => client.SendAsync(Get(server)));
        }

        Assert.Equal(1, ledger.Payments);
        Assert.True(server.Requests.Count <= 6, server.Requests.Count + " requests");
    }

    [Fact]
    public async Task A_seller_that_turns_is_not_paid_again()
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Challenge(ledger.Mint(5000)))).Enqueue(Challenge(ledger.Mint(5000)), Reply.Json("{}"));
        using var client = Open();
        (await client.SendAsync(Get(server))).Dispose();
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<L402CredentialRejectedException>(() => client.SendAsync(Get(server)));
        }

        Assert.Equal(1, ledger.Payments);
    }

    [Theory]
    [InlineData("valid_until", 2)]
    [InlineData("one_valid_until", 2)]
    [InlineData("expiration", 2)]
    [InlineData("other_valid_until", 1)]
    public async Task A_credential_past_its_life_asks_for_one_fresh_challenge(string condition, int payments)
    {
        // Each credential is good for an hour from its challenge. The fresh one is refused within its life.
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var books = new Ledger(time);
        using var credentials = CredentialStore.InMemory(time);
        Reply Challenge() => Sell(books, condition + "=" + ((time.GetUtcNow() + TimeSpan.FromHours(1)).ToUnixTimeSeconds() * (condition == "expiration" ? 1000 : 1)));
        await using var server = new LoopbackServer(_ => Task.FromResult(Challenge())).Enqueue(Challenge(), Reply.Json("{}"));
        using var client = new L402Client(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) } }, new LedgerPayer(books), credentials, null, time);
        (await client.SendAsync(Get(server))).Dispose();
        time.Advance(TimeSpan.FromHours(2));
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<L402CredentialRejectedException>(() => client.SendAsync(Get(server)));
        }

        Assert.Equal(payments, books.Payments);
    }

    [Theory]
    [InlineData("one_valid_until=1", "1970-01-01T00:00:01Z")]
    [InlineData("one_valid_until=-7488", "1969-12-31T21:55:12Z")]
    [InlineData("valid_until=1700000000", "2023-11-14T22:13:20Z")]
    [InlineData("expiration=1700000000000", "2023-11-14T22:13:20Z")]
    public async Task A_token_that_has_expired_is_not_paid_for(string caveat, string end)
    {
        var denied = await FailureAsync<L402PaymentDeniedException>(Sell(ledger, caveat));

        Assert.Equal(DenyReasonCodes.TokenExpired, denied.Code);
        Assert.Contains("expired at " + end + " (caveat " + caveat + ")", denied.Message);
        Assert.StartsWith("Check the clock of this machine.", denied.Remedy);
        Assert.Empty(await store.ListAsync(new PurchaseQuery(), default));
    }

    [Fact]
    public async Task The_strictest_of_several_caveats_ends_a_token()
    {
        var later = DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeSeconds();
        var denied = await FailureAsync<L402PaymentDeniedException>(Sell(ledger, "one_valid_until=" + later, "one_valid_until=1700000000"));

        Assert.Equal(DenyReasonCodes.TokenExpired, denied.Code);
        Assert.Contains("one_valid_until=1700000000", denied.Message);
        Assert.Equal(DenyReasonCodes.TokenExpired, (await FailureAsync<L402PaymentDeniedException>(Sell(ledger, "one_valid_until=1700000000", "one_valid_until=" + later))).Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_cheapest_challenge_whose_token_has_not_expired_is_paid(bool isFirst)
    {
        var (expired, cheap, dear) = (Offer(ledger, 1000, "one_valid_until=1700000000"), Offer(ledger, 5000), Offer(ledger, 9000));
        var answer = Reply.Status(402, ("WWW-Authenticate", string.Join(", ", isFirst ? [expired, dear, cheap] : [cheap, dear, expired])));
        await using var server = new LoopbackServer().Enqueue(answer, answer, Reply.Json("{}"));
        using var client = Open();

        var quote = await client.QuoteAsync(Get(server));
        using var response = await client.SendAsync(Get(server));

        Assert.Equal(5000, quote.Challenge!.Amount!.Value.Value);
        Assert.Null(quote.Denial);
        Assert.Equal((200, 5000, 1), (response.StatusCode, (long)response.Amount!.Value, payer.Calls));
    }

    [Fact]
    public async Task The_cheapest_challenge_whose_invoice_has_not_expired_is_paid()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var books = new Ledger(time);
        using var credentials = CredentialStore.InMemory(time);
        using var client = new L402Client(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) } }, new LedgerPayer(books), credentials, null, time);
        var old = Offer(books, 1000);
        time.Advance(TimeSpan.FromDays(2));
        await using var server = new LoopbackServer().Enqueue(Reply.Status(402, ("WWW-Authenticate", old + ", " + Offer(books, 5000))), Reply.Json("{}"));

        using var response = await client.SendAsync(Get(server));

        Assert.Equal(5000, (long)response.Amount!.Value);
    }

    [Fact]
    public async Task Challenges_whose_tokens_have_all_expired_are_refused_with_the_cheapest()
    {
        var denied = await FailureAsync<L402PaymentDeniedException>(Reply.Status(402, ("WWW-Authenticate", Offer(ledger, 9000, "one_valid_until=1700000000") + ", " + Offer(ledger, 1000, "one_valid_until=1700000001"))));

        Assert.Equal((DenyReasonCodes.TokenExpired, 1000), (denied.Code, denied.Denial.Quoted!.Value.Value));
        Assert.Contains("one_valid_until=1700000001", denied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_ends_at_the_second_of_its_caveat()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var books = new Ledger(time);
        var wallet = new LedgerPayer(books);
        using var credentials = CredentialStore.InMemory(time);
        using var client = new L402Client(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) } }, wallet, credentials, null, time);
        var end = time.GetUtcNow().AddSeconds(1);
        await using var server = new LoopbackServer().Enqueue(Sell(books, "one_valid_until=" + end.ToUnixTimeSeconds()), Reply.Json("{}"), Sell(books, "one_valid_until=" + end.ToUnixTimeSeconds()));
        (await client.SendAsync(Get(server))).Dispose();
        Assert.Equal(end, wallet.Last!.Deadline);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(DenyReasonCodes.TokenExpired, (await Assert.ThrowsAsync<L402PaymentDeniedException>(() => client.SendAsync(Get(server) with { Scope = "other" }))).Code);
        Assert.Equal(1, books.Payments);
    }

    [Fact]
    public async Task A_token_that_expires_while_the_wallet_looks_is_not_paid_for()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var books = new Ledger(time);
        var wallet = new LedgerPayer(books)
        {
            OnLookBefore = (_, _) =>
            {
                time.Advance(TimeSpan.FromSeconds(5));
                return Task.FromResult(PaymentResult.Failed("not_found", "no such payment"));
            },
        };
        using var credentials = CredentialStore.InMemory(time);
        using var client = new L402Client(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) } }, wallet, credentials, null, time);
        await using var server = new LoopbackServer().Enqueue(Sell(books, "one_valid_until=" + time.GetUtcNow().AddSeconds(3).ToUnixTimeSeconds()));
        var failed = await Assert.ThrowsAsync<L402PaymentFailedException>(() => client.SendAsync(Get(server)));

        Assert.Equal((DenyReasonCodes.TokenExpired, 0), (failed.Code, wallet.Calls));
        Assert.Equal("Repeat the request, which asks for a new challenge.", failed.Remedy);
        Assert.Equal(PurchaseState.Failed, Assert.Single(await credentials.ListAsync(new PurchaseQuery(), default)).State);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_a_failure_and_no_payment()
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.DropAfterReading));
        using var client = Open();
        var failure = await Assert.ThrowsAsync<L402TransportException>(() => client.SendAsync(Get(server)));

        Assert.Equal(("L402TransportError", 0), (failure.Tag, payer.Calls));
        Assert.StartsWith("connection_failed:", failure.Reason);
    }

    [Fact]
    public async Task A_body_is_handed_on_as_it_comes()
    {
        await using var server = new LoopbackServer().Enqueue(Challenge(ledger.Mint(5000)), Reply.StalledBody(new string('x', 1000)));
        using var client = Open();
        using var response = await client.SendAsync(Get(server));
        await using var body = await response.OpenBodyAsync();

        Assert.Equal('x', body.ReadByte());
    }

    private static string ChallengeText(string invoice, string rest = "") => "L402 macaroon=\"" + Convert.ToBase64String(Encoding.ASCII.GetBytes("token")) + "\", invoice=\"" + invoice + "\"" + rest;

    private static Reply Challenge(string invoice, string rest = "") => Reply.Status(402, ("WWW-Authenticate", ChallengeText(invoice, rest)));

    private static Reply Sell(Ledger ledger, params string[] caveats) => Reply.Status(402, ("WWW-Authenticate", Offer(ledger, 5000, caveats)));

    private static string Offer(Ledger ledger, long price, params string[] caveats)
    {
        var invoice = ledger.Mint(price);
        var token = caveats.Aggregate(
            Macaroon.Mint(new byte[32], L402Identifier.Create(Bolt11Invoice.Parse(invoice).Hash, new byte[32])).AddCaveat(Parsed.Caveat("services=one:0")),
            (minted, caveat) => minted.AddCaveat(Parsed.Caveat(caveat))).ToBase64();
        return "L402 macaroon=\"" + token + "\", invoice=\"" + invoice + "\"";
    }

    private static L402Request Get(LoopbackServer server) => new() { Uri = new Uri(server.Url + "/goods") };

    private L402Client Open(HttpMessageHandler? handler = null) =>
        new(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) } }, payer, store, handler);

    private async Task<T> FailureAsync<T>(Reply reply, Func<L402Request, L402Request>? change = null)
        where T : Exception
    {
        await using var server = new LoopbackServer().Enqueue(reply);
        using var client = Open();
        var failure = await Assert.ThrowsAnyAsync<T>(() => client.SendAsync((change ?? (request => request))(Get(server))));
        Assert.Equal((0, 1), (payer.Calls, server.Connections));
        return failure;
    }

    /// <summary>What a careless handler of a caller may be.</summary>
    private sealed class Follower : DelegatingHandler
    {
        public Follower()
            : base(new HttpClientHandler())
        {
        }
    }
}
